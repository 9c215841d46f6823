// Which lines of its parts `npm start` shows to the person in front of it.
import { expect, test } from 'bun:test'
import { warningIn } from '../../src/local/log-lines.ts'

const line = (level: string, more: object = {}) =>
  JSON.stringify({ level, time: 1, name: 'api', ...more, msg: 'it is so' })

test('warnings and errors of ours are shown short, with their cause, and nothing else', () => {
  expect(warningIn(line('warn'))).toBe('warning: it is so')
  expect(warningIn(line('error', { err: { message: 'a cause' } }))).toBe(
    'error: it is so (a cause)',
  )
  expect(warningIn(line('fatal'))).toBe('error: it is so')
  for (const level of ['trace', 'debug', 'info']) expect(warningIn(line(level))).toBeUndefined()
  expect(warningIn('{no JSON')).toBeUndefined()
})
