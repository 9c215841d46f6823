// Every pattern in the protocol and the code, timed with the worst it can be given.
import { expect } from 'bun:test'
import { KindGuard, type TSchema } from '@sinclair/typebox'
import { checkOf } from '../../src/protocol/check.ts'
import { clientFrames } from '../../src/protocol/frames.ts'
import { operations } from '../../src/protocol/operations.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { deepTest } from '../support/deep.ts'
import { sources } from '../tidy/sources.ts'

deepTest(
  '17 Elysia CVE-2026-30837: every pattern of ours is quick with 64 KiB of anything',
  async () => {
    const bits = [
      'a',
      '0',
      ' ',
      '\t\n',
      '-',
      '_',
      '.',
      '@',
      ',',
      ':',
      '/',
      '=',
      '%',
      ';',
      '"',
      '\\',
      '*',
    ]
    const pairs = [
      'a.',
      'a@',
      'a-',
      '1-',
      'a ',
      'a,',
      'é',
      '字',
      '\0',
      'x:1',
      '=a',
      'at (/',
      '/..',
      'aA',
    ]
    const hostileOf = (size: number) =>
      [...bits, ...pairs].flatMap((bit) => {
        const long = bit.repeat(size / bit.length)
        return [
          long,
          `${long}!`,
          `!${long}`,
          `a@${long}!`,
          `bearer ${long}\n`,
          `https://${long} `,
          `/${long}\0`,
        ]
      })
    // Short ones first: a pattern that is slow with those would take hours with the long ones.
    const hostile = [1, 8, 64].flatMap((kilobytes) => hostileOf(kilobytes * 1_024))
    const slow: string[] = []
    let timed = 0
    const time = (what: string, run: (text: string) => unknown) => {
      timed++
      for (const text of hostile) {
        // The best of three: the machine may have been busy once, a bad pattern is slow always.
        let best = Infinity
        for (let round = 0; round < 3 && best >= 10; round++) {
          const from = performance.now()
          run(text)
          best = Math.min(best, performance.now() - from)
          if (best > 1_000) break
        }
        if (best < 10) continue
        slow.push(`${what} ${best.toFixed(0)} ms: ${text.slice(0, 20)}`)
        return
      }
    }
    const strings = new Set<TSchema>()
    for (const { params, query, body, data } of Object.values<Operation>(operations)) {
      for (const each of [params, query, body, data]) if (each) collectStrings(each, strings)
    }
    for (const each of Object.values(clientFrames)) collectStrings(each.data, strings)
    for (const schema of strings) {
      const { pattern } = schema as { pattern?: string }
      if (pattern !== undefined) time(pattern, (text) => new RegExp(pattern, 'u').test(text))
      time(`string ${pattern ?? ''}`, (text) => checkOf(schema).Check(text))
    }
    // And those in the code itself, wherever they are used.
    const ahead = /(?<=[=(,!&|?:[]\s*|return )/
    const inside =
      /\/(?![/*])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuy]*)(?=[.,;)\]\s])/
    const literal = new RegExp(ahead.source + inside.source, 'g')
    const code = (await sources(['src', 'workers'])).filter(
      ({ path }) => !/^src\/(local|client)\//.test(path),
    )
    const literals = new Set(
      code.flatMap(({ text }) =>
        [...text.matchAll(literal)].map(([, body, flags]) => `${flags}/${body}`),
      ),
    )
    expect(literals.size).toBeGreaterThan(20)
    for (const each of literals) {
      const [flags = ''] = each.split('/', 1)
      const pattern = new RegExp(each.slice(flags.length + 1), flags)
      time(each, (text) => text.replace(pattern, ''))
    }
    expect(slow).toEqual([])
    expect(timed).toBeGreaterThan(60)
  },
)

function collectStrings(schema: TSchema, into: Set<TSchema>): void {
  if (KindGuard.IsString(schema)) into.add(schema)
  for (const each of Object.values(schema)) {
    if (Array.isArray(each))
      each.filter(KindGuard.IsSchema).forEach((one) => collectStrings(one, into))
    else if (KindGuard.IsSchema(each)) collectStrings(each, into)
  }
  for (const each of Object.values((schema['properties'] ?? {}) as Record<string, TSchema>)) {
    collectStrings(each, into)
  }
}
