// A real browser where the machine has one, kept from calling home.
import { existsSync } from 'node:fs'
import { test } from 'bun:test'
import { chromium, type Browser } from 'playwright-core'
import { systemClock, withDeadline } from '../../src/core/clock.ts'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** None: tests that need it are skipped, and shown as skipped. */
const browserPath = places.find((path) => existsSync(path))

/**
 * A test with a browser of its own, skipped where there is none. A browser on a busy machine hangs or falls
 * now and then, and it is not what is tested: what fails in one is tried in another, two more at most.
 */
export function browserTest(name: string, run: (browser: Browser) => Promise<void>): void {
  const timeout = 90_000
  const body = async () => {
    const browser = await openBrowser()
    try {
      await run(browser)
    } finally {
      await inTime('a browser that closes', browser.close())
    }
  }
  test.skipIf(!browserPath)(name, body, { retry: 2, timeout })
}

/** One that does not come up in time is given up, and another one begun. */
async function openBrowser(): Promise<Browser> {
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
