// The bounded map keeps what is used and never grows past its bound.
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { Recent } from '../../src/core/recent.ts'

test('never more than its bound, and never without what was used last', () => {
  const sizeMax = 10
  const use = fc.tuple(
    fc.constantFrom('get' as const, 'set' as const, 'delete' as const),
    fc.nat(30),
  )
  fc.assert(
    fc.property(fc.array(use, { maxLength: 300 }), (uses) => {
      const recent = new Recent<number, number>(sizeMax)
      let last: number[] = []
      for (const [how, key] of uses) {
        const before = recent.get(key)
        if (how === 'set') recent.set(key, key * 2)
        if (how === 'delete') recent.delete(key)
        const held = how === 'set' || (how === 'get' && before !== undefined)
        last = last.filter((each) => each !== key)
        if (held) last.push(key)
        expect(recent.size).toBeLessThanOrEqual(sizeMax)
        if (before !== undefined) expect(before).toBe(key * 2)
        for (const each of last.slice(-(sizeMax / 2 - 1))) expect(recent.get(each)).toBe(each * 2)
      }
    }),
  )
})
