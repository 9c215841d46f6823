// What the command line may say.
import { parseArgs } from 'node:util'
import { historyEach, pairsMax } from './target.ts'

export interface Options {
  /** A few seconds each: shows that everything runs, measures nothing worth keeping. */
  readonly quick: boolean
  /** Quick, or with something left out: never shown in the README. */
  readonly partial: boolean
  readonly rounds: number
  readonly warmupMs: number
  readonly measureMs: number
  /** Writes a CPU profile of the product's API process into this folder. */
  readonly profile: string | undefined
  readonly messages: number
  readonly rate: number
  /** How a sender names where a message goes. */
  readonly address: 'user' | 'conversation'
  readonly sockets: number
  /** Accounts to seed. */
  readonly people: number
  /** Messages each pair has exchanged before; 0 is a new installation. */
  readonly history: number
  /** Measures these alone. */
  readonly only: string | undefined
  /** Leaves this target out. */
  readonly without: string | undefined
}

export function parseOptions(args: string[]): { name: string; options: Options } {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      messages: { type: 'string' },
      rate: { type: 'string' },
      address: { type: 'string' },
      history: { type: 'string' },
      sockets: { type: 'string' },
      profile: { type: 'string' },
      only: { type: 'string' },
      without: { type: 'string' },
    },
  })
  const { quick } = values
  return {
    name: positionals[0] ?? '',
    options: {
      quick,
      partial: quick || values.only !== undefined || values.without !== undefined,
      rounds: Number(values.rounds ?? (quick ? 1 : 5)),
      warmupMs: quick ? 500 : 2_000,
      measureMs: Number(values.seconds ?? (quick ? 1.5 : 8)) * 1_000,
      profile: values.profile,
      messages: Number(values.messages ?? (quick ? 20_000 : 1_000_000)),
      rate: Number(values.rate ?? 4_000),
      address: values.address === 'conversation' ? 'conversation' : 'user',
      people: 2 * pairsMax,
      history: Number(values.history ?? historyEach),
      sockets: Number(values.sockets ?? (quick ? 1_000 : 10_000)),
      only: values.only,
      without: values.without,
    },
  }
}
