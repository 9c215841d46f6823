// A real browser where the machine has one, kept from calling home.
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import { systemClock, withDeadline } from '../../src/core/clock.ts'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** None: tests that need it are skipped, and shown as skipped. */
export const browserPath = places.find((path) => existsSync(path))

/** One that does not come up in time is given up, and another one begun: it is not what is tested. */
export async function openBrowser(): Promise<Browser> {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
  const launch = () =>
    chromium.launch({
      executablePath: browserPath as string,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet],
      timeout: 20_000,
    })
  return launch().catch(launch)
}

/** For what a browser does without a bound of its own: a test that hangs says in which step. */
export function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  return withDeadline(systemClock, 30_000, work, () => new Error(`${what} took too long`))
}
