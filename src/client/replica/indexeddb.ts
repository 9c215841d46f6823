// A replica in the database of a browser, which all tabs of an origin have in common.
import { endOf, type Batch, type Fence, type Store } from './store.ts'

const table = 'things'

/** A thing's key is its space and its name. */
export class IndexedDbStore implements Store {
  readonly shared: string
  readonly #name: string
  #opening: Promise<IDBDatabase> | undefined

  constructor(name = 'curlew') {
    this.#name = name
    this.shared = `indexeddb:${name}`
  }

  async list(space: string, prefix: string): Promise<[string, unknown][]> {
    const things = (await this.#open()).transaction(table).objectStore(table)
    const [from, to] = rangeOf(space, prefix)
    const range = IDBKeyRange.bound(from, to)
    const [keys, values] = await Promise.all([
      answered(things.getAllKeys(range)),
      answered(things.getAll(range)),
    ])
    return keys.map((key, at) => [(key as [string, string])[1], values[at]])
  }

  async write(space: string, batch: Batch, fence?: Fence): Promise<boolean> {
    const change = (await this.#open()).transaction(table, 'readwrite')
    const things = change.objectStore(table)
    if (fence && (await answered(things.get([space, fence[0]]))) !== fence[1]) return false
    const under = batch.isAll ? [''] : (batch.dropUnder ?? [])
    for (const prefix of under) things.delete(IDBKeyRange.bound(...rangeOf(space, prefix)))
    for (const key of batch.drop ?? []) things.delete([space, key])
    for (const [key, value] of batch.put ?? []) things.put(value, [space, key])
    await done(change)
    return true
  }

  async forget(space: string): Promise<void> {
    await this.write(space, { isAll: true })
  }

  async close(): Promise<void> {
    const opening = this.#opening
    this.#opening = undefined
    await opening?.then((database) => database.close()).catch(() => {})
  }

  #open(): Promise<IDBDatabase> {
    // What failed once, as in a private window that had no room, may be tried again.
    this.#opening ??= open(this.#name, () => (this.#opening = undefined)).catch(
      (error: unknown) => {
        this.#opening = undefined
        throw error
      },
    )
    return this.#opening
  }
}

const rangeOf = (space: string, prefix: string) =>
  [
    [space, prefix],
    [space, endOf(prefix)],
  ] as const

async function open(name: string, gone: () => void): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1)
  request.addEventListener('upgradeneeded', () => request.result.createObjectStore(table))
  const database = await answered(request)
  // Another tab deletes it, or the browser had to: the next question opens it anew.
  database.addEventListener('versionchange', () => {
    database.close()
    gone()
  })
  database.addEventListener('close', gone)
  return database
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}

function done(change: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    change.addEventListener('complete', () => resolve())
    change.addEventListener('abort', () => reject(change.error))
  })
}
