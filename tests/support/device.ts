// One open socket as a test holds it: what it heard, what it asks, how it was closed.
import type {
  ClientAnswer,
  ClientData,
  ClientFrameType,
  ServerData,
  ServerFrameType,
} from '../../src/protocol/frames.ts'
import type { Message } from '../../src/protocol/messages.ts'
import { eventually, type Patience } from './eventually.ts'

export interface Frame<T extends ServerFrameType = ServerFrameType> {
  readonly type: T
  readonly data: ServerData<T>
  readonly timestamp: number
  readonly id?: string | number
}

type Headers_ = Record<string, string>

let count = 0

export class Device {
  readonly heard: Frame[] = []
  closed: { code: number; reason: string } | null = null

  private constructor(readonly socket: WebSocket) {
    socket.addEventListener('message', (event) => {
      this.heard.push(JSON.parse(String(event.data)) as Frame)
    })
    socket.addEventListener('close', (event) => {
      this.closed = { code: event.code, reason: event.reason }
    })
  }

  /** Connects without waiting for hello; `closed` tells when it was refused. */
  static dial(base: string, token: string, deviceId?: string, headers: Headers_ = {}): Device {
    const url = new URL(`${base.replace(/^http/, 'ws')}/api/v1/messages/ws`)
    if (deviceId !== undefined) url.searchParams.set('device_id', deviceId)
    // Bun's own form; the types know only the browser's.
    const options = { protocols: ['bearer', token], headers } as unknown as string[]
    return new Device(new WebSocket(url, options))
  }

  static async open(
    base: string,
    token: string,
    deviceId?: string,
    headers: Headers_ = {},
  ): Promise<Device> {
    const device = Device.dial(base, token, deviceId, headers)
    await device.hears('hello')
    return device
  }

  /** The first frame of a type that fits, heard already or still to come. */
  async hears<T extends ServerFrameType>(
    type: T,
    fits: (data: ServerData<T>) => boolean = () => true,
    patience: Patience = {},
  ): Promise<Frame<T>> {
    return eventually(
      () => {
        if (this.closed && type !== 'kicked') {
          const found = this.all(type).find((frame) => fits(frame.data))
          if (!found) throw new Error(`closed with ${this.closed.code} ${this.closed.reason}`)
        }
        return this.all(type).find((frame) => fits(frame.data))
      },
      { what: `a ${type} frame`, ...patience },
    )
  }

  all<T extends ServerFrameType>(type: T): Frame<T>[] {
    return this.heard.filter((frame): frame is Frame<T> => frame.type === type)
  }

  /** Messages in the order they were heard, what this session sent by REST included. */
  get messages(): Message[] {
    return this.heard.flatMap(({ type, data }) =>
      /^(message|message_sent|group_message)$/.test(type) ? [data as Message] : [],
    )
  }

  /** What was said to this device, in the order it was heard. */
  get words(): string[] {
    return this.messages.map((message) => message.content)
  }

  raw(text: string | Uint8Array<ArrayBuffer>): void {
    this.socket.send(text)
  }

  frame(type: string, data: unknown, id?: string | number): void {
    this.raw(JSON.stringify(id === undefined ? { type, data } : { type, data, id }))
  }

  /** Asks and waits for the answer to this request, ack or error. */
  async asks<T extends Exclude<ClientFrameType, 'ping'>>(
    type: T,
    data: ClientData<T>,
  ): Promise<
    { type: 'ack'; data: ClientAnswer<T> } | { type: 'error'; data: ServerData<'error'> }
  > {
    const id = `r${++count}`
    this.frame(type, data, id)
    return (await this.answer(id)) as never
  }

  async answer(id: string | number): Promise<Frame> {
    return eventually(
      () => {
        const found = this.heard.find((frame) => frame.id === id)
        if (!found && this.closed) throw new Error(`closed with ${this.closed.code}`)
        return found
      },
      { what: `the answer to ${id}` },
    )
  }

  async says(to: { userId: string }, content: string, clientMsgId: string = crypto.randomUUID()) {
    const answer = await this.asks('send_message', {
      to_user_id: to.userId,
      message_type: 1,
      content,
      client_msg_id: clientMsgId,
    })
    if (answer.type === 'error') throw new Error(`${answer.data.code} ${answer.data.msg}`)
    return answer.data
  }

  async isClosed(patience: Patience = {}): Promise<{ code: number; reason: string }> {
    return eventually(() => this.closed, { what: 'the close', ...patience })
  }

  async close(): Promise<void> {
    this.socket.close(1000)
    await this.isClosed()
  }
}
