// Files that wait with what is said: shown at once, kept as far as there is room, and uploaded by the tab
// that has them, or by the one that leads once that is gone.
import type { Client, Progress, UploadSource } from '../client.ts'
import { asCurlewError, CurlewError, isOver, isUnanswered } from '../error.ts'
import { dropOldest } from '../limits.ts'
import type { Clock, Locks } from '../ports.ts'
import { readBytes, sizedSource, type ByteSource } from '../source.ts'
import type { Keeper } from './keeper.ts'
import { goesUp, type Waiting } from './keys.ts'
import type { ReplicaLimits } from './limits.ts'
import type { Store } from './store.ts'

export interface AttachmentPorts {
  readonly keeper: Keeper
  readonly client: Client
  readonly store: Store
  readonly space: string
  readonly clock: Clock
  readonly locks: Locks
  readonly limits: ReplicaLimits
  leads(): boolean
  uploaded(id: string, media: number): Promise<void>
  failed(id: string, error: CurlewError): Promise<void>
  /** How far it is, or how it looks. */
  changed(): void
  onError(error: unknown): void
}

/** In this tab. */
interface Held {
  /** Without it, it is read from the store. */
  readonly source?: UploadSource
  readonly onProgress?: ((progress: Progress) => void) | undefined
  readonly stop: AbortController
  sent: number
}

const under = (id: string) => `bytes/${id}/`
const piece = (id: string, n: number) => `${under(id)}${String(n).padStart(6, '0')}`
/** What has pieces, so that they need not be read to be found. */
const keptPrefix = 'kept/'

/** What a page can show of itself. */
const isShown = (type: string) => /^(image|video|audio)\//.test(type)

export class Attachments {
  readonly #ports: AttachmentPorts
  /** Of bytes alone: they are in no transaction with anything else. */
  readonly #space: string
  /** What waits with a file. */
  readonly #known = new Set<string>()
  /** By `client_msg_id`. */
  readonly #held = new Map<string, Held>()
  readonly #begun = new Set<string>()
  /** Addresses of this tab, also of what was sent since. */
  readonly #previews = new Map<string, string>()
  readonly #loading = new Set<string>()
  readonly #resting = new Set<() => void>()
  readonly #stopping = new AbortController()

  constructor(ports: AttachmentPorts) {
    this.#ports = ports
    this.#space = `${ports.space} files`
  }

  hold(id: string, source: UploadSource, onProgress?: (progress: Progress) => void): void {
    this.#held.set(id, { source, onProgress, stop: new AbortController(), sent: 0 })
    if (source instanceof Blob && isShown(source.type)) this.#show(id, source)
  }

  /** For the next run. What the store does not take is gone with this tab. */
  async keep(id: string): Promise<boolean> {
    const { store, limits, onError } = this.#ports
    const given = this.#held.get(id)?.source
    if (!given) return false
    const source = sizedSource(given)
    const { filePieceBytes: step } = limits
    try {
      await store.write(this.#space, { put: [[keptPrefix + id, source.size]] })
      for (let n = 0; n * step < source.size; n++) {
        const bytes = await readBytes(source, n * step, Math.min((n + 1) * step, source.size))
        await store.write(this.#space, { put: [[piece(id, n), bytes]] })
        if (this.#held.has(id)) continue
        await this.#drop(id)
        return false
      }
      return true
    } catch (error) {
      onError(error)
      return false
    }
  }

  /** Begins what is here, and where this tab leads, what no tab has any more. */
  pump(all: readonly Waiting[]): void {
    for (const waiting of all) {
      const { client_msg_id: id } = waiting.message
      if (waiting.file) this.#known.add(id)
      if (!goesUp(waiting) || this.#begun.has(id)) continue
      if (!this.#held.has(id) && !this.#ports.leads()) continue
      this.#begun.add(id)
      void this.#turn(waiting.key, id).finally(() => this.#begun.delete(id))
    }
  }

  /** There is a line again. */
  wake(): void {
    for (const end of Array.from(this.#resting)) end()
  }

  /** What waits with it is sent, or not wanted any more. */
  async dropped(id: string): Promise<void> {
    if (!this.#known.delete(id)) return
    this.#held.get(id)?.stop.abort()
    this.#held.delete(id)
    if (this.#ports.leads()) await this.#drop(id)
  }

  /** Bytes that wait with nothing, as after a crash. */
  async sweep(waiting: readonly Waiting[]): Promise<void> {
    const { store, onError } = this.#ports
    const wanted = new Set(waiting.map(({ message }) => message.client_msg_id))
    try {
      const kept = (await store.list(this.#space, keptPrefix)).map(([key]) =>
        key.slice(keptPrefix.length),
      )
      for (const id of kept) if (!wanted.has(id)) await this.#drop(id)
    } catch (error) {
      onError(error)
    }
  }

  preview(id: string): string | undefined {
    return this.#previews.get(id)
  }

  /** With how far it is and how it looks, as far as this tab knows. */
  shown(waiting: Waiting): Waiting {
    const { file, message } = waiting
    if (!file) return waiting
    const id = message.client_msg_id
    const [sent, preview] = [this.#held.get(id)?.sent, this.#previews.get(id)]
    if (!preview && file.isKept && isShown(file.type)) void this.#load(waiting)
    return {
      ...waiting,
      file: sent === undefined ? file : { ...file, sent },
      ...(preview === undefined ? {} : { preview }),
    }
  }

  async forget(): Promise<void> {
    await this.#ports.store.forget(this.#space)
  }

  stop(): void {
    this.#stopping.abort()
    this.wake()
    for (const address of this.#previews.values()) URL.revokeObjectURL(address)
    this.#previews.clear()
  }

  /** One tab at a time: whoever has it holds the lock for as long as they live. */
  async #turn(key: string, id: string): Promise<void> {
    const { locks, keeper, onError } = this.#ports
    const { signal } = this.#stopping
    try {
      await locks.request(`curlew:file:${this.#space}:${id}`, { signal }, async () => {
        // As it is kept now: another tab may have been faster.
        const found = await keeper.run(() => keeper.list<Waiting>(key))
        const waiting = found?.[0]?.[1]
        if (waiting && goesUp(waiting)) await this.#upload(waiting)
      })
    } catch (error) {
      if (!signal.aborted) onError(error)
    }
  }

  async #upload(waiting: Waiting): Promise<void> {
    const { client, uploaded, failed } = this.#ports
    const { client_msg_id: id } = waiting.message
    const held = this.#held.get(id) ?? { stop: new AbortController(), sent: 0 }
    this.#held.set(id, held)
    while (!this.#stopping.signal.aborted) {
      try {
        const { media_id } = await client.upload(held.source ?? this.#kept(waiting), {
          ...(waiting.file ? { filename: waiting.file.name } : {}),
          resumeKey: id,
          signal: held.stop.signal,
          onProgress: (progress) => this.#progressed(held, progress),
        })
        return await uploaded(id, media_id)
      } catch (thrown) {
        const error = asCurlewError(thrown)
        if (isOver(error) || error.reason === 'aborted') return
        const isForNow = isUnanswered(error.reason) || error.reason === 'full'
        if (!isForNow) return await failed(id, error)
        await this.#rest(held.stop.signal)
      }
    }
  }

  #progressed(held: Held, progress: Progress): void {
    held.sent = progress.sent
    held.onProgress?.(progress)
    this.#ports.changed()
  }

  /** Until there is a line, or it is time to look for one. */
  #rest(signal: AbortSignal): Promise<void> {
    const { clock, limits } = this.#ports
    return new Promise((resolve) => {
      const end = () => {
        stop()
        this.#resting.delete(end)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const stop = clock.after(limits.uploadAgainMs, end)
      this.#resting.add(end)
      signal.addEventListener('abort', end)
      if (signal.aborted || this.#stopping.signal.aborted) end()
    })
  }

  #kept({ message, file }: Waiting): ByteSource {
    if (!file?.isKept) {
      const msg = 'The file was not kept: choose it again.'
      throw new CurlewError({ reason: 'file', msg })
    }
    const { store, limits } = this.#ports
    const step = limits.filePieceBytes
    return {
      size: file.size,
      type: file.type,
      slice: async (start, end) => {
        const parts: Uint8Array<ArrayBuffer>[] = []
        for (let n = Math.floor(start / step); n * step < end; n++) {
          const [found] = await store.list(this.#space, piece(message.client_msg_id, n))
          if (!(found?.[1] instanceof Uint8Array)) throw new Error('a piece is missing')
          const bytes = found[1] as Uint8Array<ArrayBuffer>
          parts.push(bytes.subarray(Math.max(0, start - n * step), end - n * step))
        }
        return new Blob(parts)
      },
    }
  }

  /** Written in another tab, or before a reload. */
  async #load(waiting: Waiting): Promise<void> {
    const { client_msg_id: id } = waiting.message
    if (this.#loading.has(id)) return
    this.#loading.add(id)
    try {
      const source = sizedSource(this.#kept(waiting))
      const bytes = await readBytes(source, 0, source.size)
      if (this.#stopping.signal.aborted) return
      this.#show(id, new Blob([bytes], { type: source.type }))
      this.#ports.changed()
      this.#loading.delete(id)
    } catch (error) {
      // Not asked for again: it will not be there the next time.
      this.#ports.onError(error)
    }
  }

  #show(id: string, blob: Blob): void {
    this.#previews.set(id, URL.createObjectURL(blob))
    const [oldest] = this.#previews.values()
    if (dropOldest(this.#previews, this.#ports.limits.previewsMax) && oldest !== undefined) {
      URL.revokeObjectURL(oldest)
    }
  }

  async #drop(id: string): Promise<void> {
    const { store, onError } = this.#ports
    const batch = { drop: [keptPrefix + id], dropUnder: [under(id)] }
    await store.write(this.#space, batch).catch(onError)
  }
}
