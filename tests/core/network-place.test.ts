// What callers are counted by: IPv4 addresses and IPv6 /64s, however they are written.
import { expect, test } from 'bun:test'
import { LocalLimiter } from '../../src/core/local-limiter.ts'
import { isNear, placeOf } from '../../src/core/network-place.ts'
import { systemClock } from '../../src/core/clock.ts'

test('an IPv4 address is a place, also inside an IPv6 one', () => {
  expect(placeOf('203.0.113.9')).toBe('203.0.113.9')
  expect(placeOf('::ffff:203.0.113.9')).toBe('203.0.113.9')
  expect(placeOf('::FFFF:203.0.113.9')).toBe('203.0.113.9')
  expect(placeOf('203.0.113.9:4711')).toBe('203.0.113.9')
})

test('an IPv6 /64 is a place', () => {
  const same = [
    '2001:db8:1:2::1',
    '2001:DB8:0001:0002:ffff:ffff:ffff:ffff',
    '2001:db8:1:2:3:4:5:6',
    '2001:db8:1:2::%eth0',
    '[2001:db8:1:2::1]:4711',
    '2001:db8:1:2::203.0.113.9',
  ]
  expect(new Set(same.map(placeOf))).toEqual(new Set(['2001:db8:1:2::/64']))
  expect(placeOf('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
  expect(placeOf('2001:db8::1')).toBe('2001:db8:0:0::/64')
  expect(placeOf('::1')).toBe('0:0:0:0::/64')
  expect(placeOf('1::2:3:4:5:6:7')).toBe('1:0:2:3::/64')
})

test('what is no address is one place, so that nobody makes himself many', () => {
  for (const text of ['', 'unknown', 'x'.repeat(9_999), '1.2.3.4.5', '[x]:1', '1.2.3.4, 5.6.7.8']) {
    expect(placeOf(text)).toBe('unknown')
  }
})

test('many may stand behind addresses that are not public', () => {
  const near = ['127.0.0.1', '::1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1']
  const more = ['::ffff:127.0.0.1', 'fd00::1', 'fe80::1%eth0', '169.254.1.1', 'unknown']
  expect([...near, ...more].filter((each) => !isNear(each))).toEqual([])
  const far = ['203.0.113.9', '8.8.8.8', '172.32.0.1', '2001:db8::1', '::ffff:8.8.8.8']
  expect(far.filter(isNear)).toEqual([])
})

test('a meter counts by key, gives back in time and says how long that is', () => {
  let now = 0
  const meter = new LocalLimiter({ ...systemClock, elapsed: () => now }, 100)
  const bucket = { burst: 3, perMinute: 30 }
  const takes = () => [1, 2, 3, 4].map(() => meter.take('a', bucket))
  expect(takes()).toEqual([0, 0, 0, 2])
  expect(meter.take('b', bucket)).toBe(0)
  now = 1_999
  expect(meter.take('a', bucket)).toBe(1)
  now = 2_000
  expect(meter.take('a', bucket)).toBe(0)
  expect(meter.take('a', bucket)).toBe(2)
  now = 60_000
  expect(takes()).toEqual([0, 0, 0, 2])
})
