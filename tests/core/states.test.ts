// What a process keeps: one of each, made when asked for, closed in the order that it stands.
import { expect, test } from 'bun:test'
import { States, type State } from '../../src/core/states.ts'

interface Base {
  of<T>(state: State<T, Base>): T
  readonly said: string[]
}

function process_(): Base & { close(): Promise<void> } {
  const states: States<Base> = new States(() => base)
  const base: Base & { close(): Promise<void> } = {
    said: [],
    of: (state) => states.of(state),
    close: () => states.close(),
  }
  return base
}

const cache: State<Map<string, string>, Base> = {
  name: 'cache',
  create: () => new Map(),
}
const teller: State<{ tell(): void }, Base> = {
  name: 'teller',
  create: ({ said }) => ({ tell: () => said.push('told') }),
  close: (kept) => kept.tell(),
}
const writer: State<object, Base> = {
  name: 'writer',
  create: (base) => ({ tell: base.of(teller) }),
  close: async () => {
    await Promise.resolve()
    writerClosed()
  },
}
let writerClosed = () => {}

test('a process has one of each, another process its own', () => {
  const [here, there] = [process_(), process_()]
  here.of(cache).set('alice', 'bob')
  expect(here.of(cache).get('alice')).toBe('bob')
  expect(there.of(cache).size).toBe(0)
})

test('what stands on another is closed before it, and only what was made', async () => {
  const here = process_()
  writerClosed = () => here.said.push('closed')
  here.of(writer)
  await here.close()
  expect(here.said).toEqual(['closed', 'told'])
  const idle = process_()
  await idle.close()
  expect(idle.said).toEqual([])
})
