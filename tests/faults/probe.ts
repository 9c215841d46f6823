// A pair that does nothing but find out whether messages arrive live.
import { isDeep } from '../support/deep.ts'
import type { Device } from '../support/device.ts'
import { eventually } from '../support/eventually.ts'
import type { Site } from '../support/processes.ts'

export class Probe {
  #count = 0

  private constructor(
    private readonly speaker: Device,
    private readonly listener: Device,
    private readonly conversation: number,
  ) {}

  /** One on each node; both sockets are to stay open through the fault. */
  static async open(site: Site): Promise<Probe> {
    const [pair] = await site.pairs(1)
    if (!pair) throw new Error('no pair')
    const base = (n: number) => site.urls[n % site.urls.length] as string
    const speaker = await pair.a.connects({ base: base(0) })
    const listener = await pair.b.connects({ base: base(1) })
    return new Probe(speaker, listener, pair.conversation)
  }

  get closed(): boolean {
    return this.speaker.closed !== null || this.listener.closed !== null
  }

  /** Says a word; what the answer was. */
  async says(content: string): Promise<{ type: string; code: number }> {
    const data = { conversation_id: this.conversation, message_type: 1 as const, content }
    const answer = await this.speaker.asks('send_message', data)
    return { type: answer.type, code: answer.type === 'error' ? answer.data.code : 0 }
  }

  /**
   * How long it took until a word said was heard live: within a second, where there is a machine for it
   * alone. On a busy one any of those that were said here may come, for workers may be far behind.
   */
  async live(within: number): Promise<number> {
    const began = performance.now()
    const said = new Set<string>()
    await eventually(
      async () => {
        const word = `word ${++this.#count}`
        const { type } = await this.says(word)
        if (type !== 'ack') return false
        if (isDeep) said.clear()
        said.add(word)
        return this.listener
          .hears('message', (data) => said.has(data.content), { within: 1_000 })
          .then(() => true)
      },
      { what: 'a message heard live', within },
    )
    return performance.now() - began
  }
}
