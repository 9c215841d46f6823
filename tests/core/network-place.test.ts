// What callers are counted by: IPv4 addresses and IPv6 /64s, however they are written.
import { expect, test } from 'bun:test'
import { LocalLimiter } from '../../src/core/local-limiter.ts'
import { isLoopback, isNear, neighbourhoodOf, placeOf } from '../../src/core/network-place.ts'
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

type Whence = 'far' | 'near' | 'loopback'

test.each<[text: string, place: string, neighbourhood: string, whence: Whence]>([
  // IPv4-mapped is IPv4, in whatever way it is written.
  ['::ffff:cb00:7109', '203.0.113.9', '203.0.113', 'far'],
  ['0:0:0:0:0:FFFF:CB00:7109', '203.0.113.9', '203.0.113', 'far'],
  ['0000::ffff:203.0.113.9%eth0', '203.0.113.9', '203.0.113', 'far'],
  ['[::ffff:203.0.113.9]:4711', '203.0.113.9', '203.0.113', 'far'],
  ['::ffff:7f00:1', '127.0.0.1', '127.0.0', 'loopback'],
  ['::ffff:a00:1', '10.0.0.1', '10.0.0', 'near'],
  // IPv4-compatible, translated and tunnelled IPv6 is IPv6: nobody inside comes that way.
  ['::127.0.0.1', '0:0:0:0::/64', '0:0:0', 'far'],
  ['::7f00:1', '0:0:0:0::/64', '0:0:0', 'far'],
  ['::ffff:0:127.0.0.1', '0:0:0:0::/64', '0:0:0', 'far'],
  ['64:ff9b::127.0.0.1', '64:ff9b:0:0::/64', '64:ff9b:0', 'far'],
  ['64:ff9b:1::a00:1', '64:ff9b:1:0::/64', '64:ff9b:1', 'far'],
  ['2002:7f00:1::1', '2002:7f00:1:0::/64', '2002:7f00:1', 'far'],
  ['2001:0:a00:1::1', '2001:0:a00:1::/64', '2001:0:a00', 'far'],
  // Zones, also with a dash; short, long and upper-case forms.
  ['fe80::1%br-lan', 'fe80:0:0:0::/64', 'fe80:0:0', 'near'],
  ['FE80:0000:0000:0000:0000:0000:0000:0001', 'fe80:0:0:0::/64', 'fe80:0:0', 'near'],
  ['::1%lo', '0:0:0:0::/64', '0:0:0', 'loopback'],
  ['[0:0:0:0:0:0:0:1]', '0:0:0:0::/64', '0:0:0', 'loopback'],
  ['::', '0:0:0:0::/64', '0:0:0', 'far'],
  ['FDff::', 'fdff:0:0:0::/64', 'fdff:0:0', 'near'],
  ['2001:DB8::00aB', '2001:db8:0:0::/64', '2001:db8:0', 'far'],
  ['::2:3:4:5:6:7:8', '0:2:3:4::/64', '0:2:3', 'far'],
  // What inet_aton would read is no address, nor is what only looks like one.
  ['127.1', 'unknown', 'unknown', 'near'],
  ['2130706433', 'unknown', 'unknown', 'near'],
  ['0x7f.0.0.1', 'unknown', 'unknown', 'near'],
  ['0177.0.0.1', 'unknown', 'unknown', 'near'],
  ['127.0.0.1.', 'unknown', 'unknown', 'near'],
  ['256.0.0.1', 'unknown', 'unknown', 'near'],
  ['10.0.0.0/8', 'unknown', 'unknown', 'near'],
  ['1::2::3', 'unknown', 'unknown', 'near'],
  ['1:2:3:4:5:6:7:8:9', 'unknown', 'unknown', 'near'],
  ['::fffff', 'unknown', 'unknown', 'near'],
  ['::ffff:256.0.0.1', 'unknown', 'unknown', 'near'],
  ['%eth0', 'unknown', 'unknown', 'near'],
])('%p is of %p, near %p, and %s', (text, place, neighbourhood, whence) => {
  expect(placeOf(text)).toBe(place)
  expect(neighbourhoodOf(text)).toBe(neighbourhood)
  expect(isNear(text)).toBe(whence !== 'far')
  expect(isLoopback(text)).toBe(whence === 'loopback')
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
