// Plays a way to ask of the laws: an operation by its name, or a frame, asked by whoever is on stage.
import { must } from '../../src/core/assert.ts'
import type { ClientFrameType } from '../../src/protocol/frames.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import { callOperation } from '../support/people.ts'
import { frameOf, operationNameOf, ways } from './rows/all.ts'
import type { Way } from './rows/row.ts'
import type { Input, Stage } from './stage.ts'

/** `code` is 0 when it was done; `shut` says that no socket was opened. */
export interface Outcome {
  readonly code: number | 'shut'
  readonly data: unknown
}

/** The name of every way to ask, as `sceneOf` and `ask` take it. */
export const rows: readonly string[] = [...ways.keys()]

export const wayOf = (row: string): Way => must(ways.get(row), `${row} stands in tests/laws/rows`)

/** Whether asking may change what somebody is, or what others are to each other. */
export function isPersonal(row: string): boolean {
  const open = frameOf(row) === undefined && 'open' in operations[operationNameOf(row)]
  return writes(row) && !open && /^(accounts|friends)\./.test(row)
}

/** Whether asking may change something. */
export function writes(row: string): boolean {
  const frame = frameOf(row)
  if (frame !== undefined) return frame !== 'ping'
  const operation: Operation = operations[operationNameOf(row)]
  return operation.method !== 'GET'
}

export const sceneOf = (row: string) => wayOf(row).scene

/** Asks with an input its scene made. */
export async function ask(stage: Stage, row: string, input: Input): Promise<Outcome> {
  const frame = frameOf(row)
  if (frame !== undefined) return askBySocket(stage, frame, input)
  const name = operationNameOf(row)
  const { code, data } = await callOperation(stage.app.url(), name, input, stage.asker?.token)
  return { code, data }
}

async function askBySocket(stage: Stage, type: ClientFrameType, input: Input): Promise<Outcome> {
  const device = await dial(stage)
  if (!device) return { code: 'shut', data: null }
  const outcome = await askOn(device, type, input)
  await device.close()
  return outcome
}

/** A socket of a device of its own; null when it is closed with 4001 at once. */
export async function dial(stage: Stage): Promise<Device | null> {
  const device = Device.dial(stage.app.url(), stage.asker?.token ?? 'none', crypto.randomUUID())
  await eventually(() => device.all('hello')[0] ?? device.closed, { what: 'hello or a close' })
  return device.closed?.code === 4001 ? null : device
}

export async function askOn(device: Device, type: ClientFrameType, input: Input): Promise<Outcome> {
  const id = crypto.randomUUID()
  device.frame(type, input, id)
  const { type: kind, data } = await device.answer(id)
  return { code: kind === 'error' ? (data as { code: number }).code : 0, data }
}

/** Runs work for all, a few at a time. */
export async function pooled<T, R>(
  all: readonly T[],
  atOnce: number,
  work: (each: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const waiting = [...all.entries()]
  const run = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next[0]] = await work(next[1])
    }
  }
  await Promise.all(Array.from({ length: atOnce }, run))
  return results
}
