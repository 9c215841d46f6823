// Requests over the socket other than sends: each ends in its answer, a refusal or silence.
import type { ClientAnswer, ClientData, ClientFrameType } from '../protocol/frames.ts'
import { CurlewError } from './error.ts'
import type { Limits } from './limits.ts'
import type { Clock } from './ports.ts'
import type { Frame } from './socket.ts'

export type RequestType = Exclude<ClientFrameType, 'ping' | 'send_message'>

interface Open {
  resolve(data: unknown): void
  reject(error: CurlewError): void
  stopTimer(): void
}

export interface RequestPorts {
  readonly clock: Clock
  readonly limits: Limits
  send(frame: Frame): boolean
}

export class Requests {
  readonly #ports: RequestPorts
  readonly #open = new Map<string, Open>()
  #count = 0

  constructor(ports: RequestPorts) {
    this.#ports = ports
  }

  ask<T extends RequestType>(type: T, data: ClientData<T>): Promise<ClientAnswer<T>> {
    const { clock, limits, send } = this.#ports
    return new Promise((resolve, reject) => {
      const id = `request-${++this.#count}`
      if (this.#open.size >= limits.requestsMax) {
        return reject(new CurlewError({ reason: 'full', msg: 'Too many requests are open.' }))
      }
      if (!send({ type, data, id })) {
        return reject(new CurlewError({ reason: 'network', msg: 'The socket is not open.' }))
      }
      const stopTimer = clock.after(limits.requestMs, () => {
        this.#open.delete(id)
        reject(new CurlewError({ reason: 'timeout', msg: 'No answer in time.' }))
      })
      this.#open.set(id, { resolve: resolve as Open['resolve'], reject, stopTimer })
    })
  }

  /** False when the answer is to none of these requests. */
  settle(id: string, answer: { data: unknown } | { error: CurlewError }): boolean {
    const open = this.#open.get(id)
    if (!open) return false
    this.#open.delete(id)
    open.stopTimer()
    if ('error' in answer) open.reject(answer.error)
    else open.resolve(answer.data)
    return true
  }

  fail(error: CurlewError): void {
    for (const id of Array.from(this.#open.keys())) this.settle(id, { error })
  }
}
