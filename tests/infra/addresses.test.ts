// Which addresses a request of the server may go to, in every way they can be written.
import { describe, expect, test } from 'bun:test'
import { isPublicAddress } from '../../src/infra/addresses.ts'

describe('no request goes', () => {
  test.each([
    ['where IPv4 is private', ['10.0.0.0', '172.16.0.1', '192.168.255.255', '100.127.255.255']],
    ['to this machine', ['127.0.0.1', '127.255.255.255', '0.0.0.0', '0.1.2.3', '::1', '::']],
    ['to a neighbour', ['169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'FEBF::1', 'fec0::1']],
    ['to an IETF protocol', ['192.0.0.8', '192.88.99.1', '2001:1ff:ffff::', '2001:20::1']],
    ['to an example', ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:DB8::1', '3fff:fff::1']],
    ['to a benchmark', ['198.18.0.1', '198.19.255.255', '2001:2::1']],
    ['to many', ['224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1', 'ff0e::1']],
    ['to the unassigned', ['240.0.0.1', '1fff::1', '4000::1', '5f00::1', 'dfff::1']],
    ['to sinks and relays', ['192.31.196.1', '192.175.48.1', '192.52.193.1', '2620:4f:8000::1']],
    ['where IPv6 is private', ['fc00::1', 'fdff:ffff::1', '100::1']],
    ['to IPv4-mapped', ['::ffff:10.0.0.1', '::FFFF:a00:1', '0:0:0:0:0:ffff:1.1.1.1']],
    ['to IPv4-compatible', ['::10.0.0.1', '::a00:1', '::1.1.1.1']],
    ['to IPv4-translated', ['::ffff:0:10.0.0.1', '::ffff:0:a00:1']],
    ['through 6to4', ['2002:a00:1::', '2002:7f00:1::1', '2002:a9fe:a9fe::']],
    ['through Teredo', ['2001::1', '2001:0:a00:1::1', '2001:0:0101:0101:0:0:80ff:fffe']],
    ['through NAT64', ['64:ff9b::10.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::a9fe:a9fe']],
    ['to what is no address', ['', 'localhost', '127.1', '0x8080808', '010.8.8.8', '8.8.8.8:80']],
    ['to what only looks like one', ['[2606:4700::1111]', '2606:4700::1::1', '1.1.1.1/32', '::g']],
  ])('%s', (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([])
  })
})

test('everything else is public, the last address before a special range included', () => {
  const v4 = ['1.1.1.1', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '128.0.0.0']
  const more4 = ['172.15.255.255', '172.32.0.0', '192.167.255.255', '198.20.0.0', '223.255.255.255']
  const v6 = ['2001:200::1', '2001:DB7:ffff::1', '2001:db9::1', '2003::1', '2606:4700::1111']
  const long = '2a00:1450:4001:082b:0000:0000:0000:200e'
  const addresses = [...v4, ...more4, ...v6, long, '3ffe::1']
  expect(addresses.filter((each) => !isPublicAddress(each))).toEqual([])
})
