// Pure: quiet hours, by the clock on somebody's wall.
import type { PushSettings } from '../../protocol/push.ts'

type QuietHours = NonNullable<PushSettings['quiet_hours']>

const minutesOfDay = 24 * 60

/** Making one takes longer than using it, and few zones are most people's. */
const formats = new Map<string, Intl.DateTimeFormat>()
const formatsMax = 600

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let found = formats.get(timeZone)
  if (!found) {
    if (formats.size >= formatsMax) formats.clear()
    const parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    found = new Intl.DateTimeFormat('en', { timeZone, ...parts })
    formats.set(timeZone, found)
  }
  return found
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** Seconds until they end, or 0 when they are not now. The night may lie between their ends. */
export function quietSeconds({ from, to, time_zone }: QuietHours, now: Date): number {
  const minute = minuteOf(formatOf(time_zone).format(now))
  const [begin, end] = [minuteOf(from), minuteOf(to)]
  const since = (minute - begin + minutesOfDay) % minutesOfDay
  const length = (end - begin + minutesOfDay) % minutesOfDay
  if (since >= length) return 0
  // An hour more or less when clocks are changed: whoever waits looks again.
  return (length - since) * 60 - now.getUTCSeconds()
}

function minuteOf(text: string): number {
  const [hours, minutes] = text.split(':').map(Number)
  return (hours as number) * 60 + (minutes as number)
}
