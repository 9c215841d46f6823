// What can be seen, and where a text may be cut.
import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { cut } from '../../src/core/graphemes.ts'
import { isVisible } from '../../src/protocol/visible.ts'

const family = '👨‍👩‍👧‍👦'
const accented = 'e\u0301\u0323'

test('nothing to see is nothing, by what Unicode says of it', () => {
  const nothing =
    /^(?!\p{Extended_Pictographic})[\p{Default_Ignorable_Code_Point}\p{Z}\p{Cc}\p{Cf}\p{Cn}]$/u
  const shown: string[] = []
  let looked = 0
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const character = String.fromCodePoint(point)
    if (!nothing.test(character)) continue
    looked++
    if (isVisible(character) || isVisible(` ${character}\n`)) shown.push(point.toString(16))
  }
  expect(shown).toEqual([])
  // All that Unicode reserves for what is to be ignored is among them.
  expect(looked).toBeGreaterThan(4_000)
  for (const blank of [
    '',
    ' \t\n',
    '\u2800',
    '\u3164',
    '\u115f\u1160',
    '\uffa0',
    '\ud800',
    '\u0378',
    '\uffff',
    '\ufffc',
  ]) {
    expect([blank, isVisible(blank)]).toEqual([blank, false])
  }
})

test('whatever shows something is something', () => {
  // The last ones: an icon of a font’s own, an emoji of tomorrow.
  const texts = [
    'a',
    '.',
    '水',
    family,
    '🇪🇺',
    '1️⃣',
    '\u0301',
    '‏א‏',
    'می\u200cخواهم',
    '\uf8ff',
    '\u{1fb00}',
    '\u{1faff}',
    '\u{1fc00}',
  ]
  for (const text of texts) {
    expect([text, isVisible(text), isVisible(`\u200b ${text}`)]).toEqual([text, true, true])
  }
})

test('a cut leaves whole characters, and no more than asked for', () => {
  expect(cut(`ab${family}c`, 2)).toBe('ab')
  expect(cut(`ab${family}c`, 5)).toBe('ab')
  expect(cut(`ab${family}c`, 9)).toBe(`ab${family}`)
  expect(cut(`ab${family}c`, 10)).toBe(`ab${family}c`)
  expect(cut(accented.repeat(3), 7)).toBe(accented.repeat(2))
  expect(cut('𠮷𠮷𠮷', 2)).toBe('𠮷𠮷')
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
  const unit = fc.constantFrom('a', ' ', '水', '𠮷', family, accented, '🇪🇺', '각')
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 20 }), fc.nat(60), (parts, max) => {
      const text = parts.join('')
      const short = cut(text, max)
      const whole = [...segmenter.segment(text)].map((each) => each.segment)
      const kept = [...segmenter.segment(short)].map((each) => each.segment)
      expect(kept).toEqual(whole.slice(0, kept.length))
      expect([...short].length).toBeLessThanOrEqual(max)
      // One more would have been too many.
      const next = whole[kept.length]
      if (next !== undefined) expect([...(short + next)].length).toBeGreaterThan(max)
    }),
  )
})
