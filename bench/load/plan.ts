// What a generator is told and what it answers: the words between bench/main.ts and its processes.

/** Sixty characters, in every measurement. */
export const body = 'Shall we meet at the station at six? I will bring the maps. '

/**
 * Stands in a frame wherever the message's UUID belongs. A UUID of a run is
 * `hhhhhhhh-mmmm-4mmm-8mmm-00nnnnnnnnnn`: a hash so that ids arrive in no order, the run's mark so
 * that its rows can be counted, the number of the message so that the generator need not remember.
 */
export const keyPlace = '00000000-0000-4000-8000-000000000000'

/** One device: what it asks for when it connects. */
export interface Seat {
  readonly path: string
  readonly headers: readonly string[]
}

export interface Pair {
  readonly sender: Seat
  readonly receiver: Seat
  /** The text of a send frame with `keyPlace` in it. */
  readonly frame: string
  /** What it sends in turns, where that is not always the same. */
  readonly frames?: readonly string[]
  /** The same as an HTTP request, where there is a REST door. */
  readonly request?: string
}

export function requestOf(
  path: string,
  port: number,
  headers: readonly string[],
  json: string,
): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    ...headers,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(json)}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${json}`
}

export interface Plan {
  readonly port: number
  readonly pairs: readonly Pair[]
  /** How messages are sent; they are heard by socket. */
  readonly door: 'socket' | 'rest'
  /** Ten hexadecimal digits, another for every round. */
  readonly mark: string
  /** Closed loop: messages under way per pair. Open loop: none. */
  readonly depth: number
  /** Open loop: messages per second in all. Closed loop: 0. */
  readonly rate: number
  readonly warmupMs: number
  readonly measureMs: number
  /** Stop earlier, when this many have been sent. */
  readonly messagesMax: number
  /** How long the last answers may take after the end. */
  readonly drainMs: number
}

export interface Percentiles {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
  readonly mean: number
}

export interface Outcome {
  readonly sent: number
  readonly acked: number
  readonly refused: number
  readonly delivered: number
  /** Deliveries of what had been delivered before. */
  readonly repeated: number
  /** Length of the measured window. */
  readonly seconds: number
  /** Delivered per second within it. */
  readonly rate: number
  /** Milliseconds from the (intended) sending to the ack, and to the other socket. */
  readonly ack: Percentiles
  readonly delivery: Percentiles
  /** Milliseconds between the intended and the real sending. */
  readonly lateness: Percentiles
  /** Cores the generator itself used within the window. */
  readonly cores: number
  /** Messages sent and not yet delivered, each tenth of a second of the window. */
  readonly outstanding: readonly number[]
  readonly perSecond: readonly number[]
  /** What went wrong, in words; at most a few. */
  readonly trouble: readonly string[]
}

export interface HoldPlan {
  readonly port: number
  readonly hosts: readonly string[]
  readonly seats: readonly Seat[]
  /** Whether the server speaks first; without it a socket counts as soon as it is upgraded. */
  readonly hello: boolean
  readonly concurrency: number
}

export interface Held {
  readonly open: number
  readonly seconds: number
  readonly trouble: readonly string[]
}

/** Who speaks to how many others, in a crowd of sockets. */
export interface CrowdPlan {
  readonly port: number
  readonly hosts: readonly string[]
  readonly seats: readonly Seat[]
  readonly senders: readonly {
    /** Of its seat. */
    readonly place: number
    readonly frame: string
    /** Sockets that have to hear each of its messages. */
    readonly hearers: number
  }[]
  readonly mark: string
  readonly concurrency: number
}

export interface CrowdLoad {
  /** Closed loop: messages under way per sender, each until its last hearer has it. Open loop: 0. */
  readonly depth: number
  /** Open loop: messages per second in all. Closed loop: 0. */
  readonly rate: number
  readonly warmupMs: number
  readonly measureMs: number
}

export interface CrowdOutcome {
  readonly sent: number
  /** Per second, heard by all. */
  readonly messages: number
  /** Frames per second. */
  readonly deliveries: number
  readonly seconds: number
  /** Milliseconds from the (intended) sending to the ack, and to the last socket. */
  readonly ack: Percentiles
  readonly toLast: Percentiles
  /** Cores the crowd itself used. */
  readonly cores: number
  /** One of the frames. */
  readonly sample: string
  readonly trouble: readonly string[]
}
