// The table of `bench presence`.
import { short } from '../lib/numbers.ts'
import { table } from '../lib/table.ts'
import type { PresenceResult } from '../measured.ts'

const whole = (count: number) => count.toLocaleString('en-US')

export function printPresence({ crowds, coresOfOthers }: PresenceResult): string {
  const rows = crowds.map((crowd) => {
    const { online, watched, watchers, cpuMs, gone, back } = crowd
    const who = `${whole(online)} come and go, ${whole(watched)} of them watched by ${watchers}`
    if (crowd.void.length > 0) return [who, 'void', 'void', 'void', 'void']
    const seconds = (ms: number) => short(ms / 1_000)
    return [
      who,
      short(cpuMs.median),
      watched === 0 ? '' : short((cpuMs.median * 1_000) / (2 * watched)),
      watched === 0 ? '' : `${seconds(gone.p50)} / ${seconds(gone.p99)}`,
      watched === 0 ? '' : `${seconds(back.p50)} / ${seconds(back.p99)}`,
    ]
  })
  return [
    'All of them go at once, stay away until that is told, and come back at once. CPU of the node that the ' +
      `watchers are connected to, for one going and coming of all; other programs used ` +
      `${coresOfOthers.toFixed(2)} cores meanwhile.`,
    table(['', 'CPU ms', 'µs a frame', 'gone after s, p50 / p99', 'back after s, p50 / p99'], rows),
  ].join('\n\n')
}
