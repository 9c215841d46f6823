// Port: the network addresses behind a name, and the adapter that asks the system.
import { lookup } from 'node:dns/promises'
import { withDeadline, type Clock } from '../core/clock.ts'
import { limits } from './limits.ts'

export interface Found {
  readonly address: string
  readonly family: number
}

/** Rejects when there are none, and when nobody says so in time. */
export type Resolve = (name: string) => Promise<readonly Found[]>

export function systemResolver(clock: Clock, ask: Resolve = askSystem): Resolve {
  const late = () => new Error('the look-up of a name took too long')
  return (name) => withDeadline(clock, limits.webPush.lookUpMs, ask(name), late)
}

const askSystem: Resolve = (name) => lookup(name, { all: true })
