// Where a replica is kept: a port, and what a transaction of it holds.

export interface Batch {
  /** Everything of before goes first. */
  readonly isAll?: boolean
  /** What begins so goes, then what is named. */
  readonly dropUnder?: readonly string[]
  readonly drop?: readonly string[]
  readonly put?: readonly (readonly [key: string, value: unknown])[]
}

/** Only where this key holds this value is anything written. */
export type Fence = readonly [key: string, value: string]

/**
 * Keys, and values of plain data or bytes (`Uint8Array`), in spaces that know nothing of each other: for
 * each account of each server.
 */
export interface Store {
  /** Replicas that name the same hold one store between them; without a name it is one's own. */
  readonly shared?: string | undefined
  /** What begins so, in the order of its keys; keys are ASCII. */
  list(space: string, prefix: string): Promise<[key: string, value: unknown][]>
  /** All of it or nothing; false, and nothing, where the fence does not hold. */
  write(space: string, batch: Batch, fence?: Fence): Promise<boolean>
  /** Nothing of the space is left. */
  forget(space: string): Promise<void>
  close(): Promise<void>
}

/** Behind every key that begins so. */
export const endOf = (prefix: string) => `${prefix}\u{ffff}`

/** Two transactions as one. */
export function merged(first: Batch, then: Batch): Batch {
  if (then.isAll) return then
  const put = new Map(first.put)
  const drop = new Set(first.drop)
  const under = [...(first.dropUnder ?? []), ...(then.dropUnder ?? [])]
  for (const prefix of then.dropUnder ?? []) {
    for (const key of put.keys()) if (key.startsWith(prefix)) put.delete(key)
  }
  for (const key of then.drop ?? []) {
    put.delete(key)
    drop.add(key)
  }
  for (const [key, value] of then.put ?? []) {
    put.set(key, value)
    drop.delete(key)
  }
  return { isAll: first.isAll === true, dropUnder: under, drop: [...drop], put: [...put] }
}
