// Our pages as a person sees them, in a real browser: readable, and kept over a reload.
import { afterAll, beforeAll, describe, expect } from 'bun:test'
import { createTransport } from 'nodemailer'
import type { Page } from 'playwright-core'
import { startMails } from '../../src/local/mails.ts'
import { freePort } from '../../src/local/ports.ts'
import { loginCookie, makeAdmin } from '../support/admin.ts'
import { eventually } from '../support/eventually.ts'
import { browserTest } from '../support/browser.ts'
import { install, type Installation } from '../support/installation.ts'

describe('a browser', () => {
  let app: Installation
  beforeAll(async () => {
    app = await install({ workers: false })
  })
  afterAll(() => app[Symbol.asyncDispose]())

  browserTest(
    '/docs keeps a token over a reload and forgets it at sign-out, in one family of type',
    async (browser) => {
      const page = await browser.newPage()
      await page.goto(`${app.url()}/docs`)
      await page.click('button.authorize')
      await page.fill('.modal-ux input', 'a.token.typed')
      await page.click('.modal-ux button.authorize')
      await page.reload()
      await page.waitForSelector('button.authorize.locked')
      const families = await page.$$eval('#viewer *', (all) => [
        ...new Set(all.map((each) => getComputedStyle(each).fontFamily)),
      ])
      expect(families.filter((family) => !/^(system-ui|ui-monospace)/.test(family))).toEqual([])
      expect(families).toHaveLength(2)
      await page.click('button.authorize')
      await page.click('.modal-ux button:has-text("Logout")')
      await page.waitForSelector('button.authorize.unlocked')
      await page.reload()
      await page.waitForSelector('button.authorize.unlocked')
      expect(await page.textContent('#errors')).toContain('4010')
      await page.close()
    },
  )

  browserTest(
    'the title of the board can be read on a phone, and its empty queues are explained',
    async (browser) => {
      const { ops } = await app.people('ops')
      await makeAdmin(app, ops, 'operator')
      const [name = '', value = ''] = (await loginCookie(app, ops)).split('=')
      for (const colorScheme of ['light', 'dark'] as const) {
        const phone = { width: 390, height: 844 }
        const context = await browser.newContext({ colorScheme, viewport: phone })
        await context.addCookies([{ name, value, url: app.url() }])
        const page = await context.newPage()
        await page.goto(`${app.url()}/admin/queues`)
        const title = await page.waitForSelector('header [class*="logo-"]')
        expect(await title.textContent()).toContain('Curlew queues')
        expect(await contrastOf(page, 'header [class*="logo-"]')).toBeGreaterThan(4.5)
        expect(await page.$eval('header [class*="logo-"] > span', isCut)).toBe(false)
        expect(await page.getAttribute('header img', 'src')).toStartWith('data:image/svg+xml')
        expect(await page.textContent('.note')).toContain('0 jobs is a healthy queue')
        await page.setViewportSize({ width: 1280, height: 900 })
        await page.goto(`${app.url()}/admin/queues/queue/email`)
        const about = 'h1 + p[class*="description-"]'
        await page.waitForSelector(about)
        expect(await contrastOf(page, about)).toBeGreaterThan(4.5)
        expect(await page.$eval(about, (each) => getComputedStyle(each).opacity)).toBe('1')
        await context.close()
      }
    },
  )

  browserTest('every word of /docs can be read, in light and in dark', async (browser) => {
    // Tall: of many operations the viewer draws those in sight.
    const page = await browser.newPage({ viewport: { width: 390, height: 5_000 } })
    await page.goto(`${app.url()}/docs`)
    await page.waitForSelector('.opblock-delete')
    for (const each of ['.opblock-post', '.opblock-put']) {
      await page.click(`${each} .opblock-summary-control`)
      await page.waitForSelector(`${each} .responses-table`)
    }
    const words = [
      ...['get', 'post', 'put', 'delete'].map((each) => `.opblock-${each} .opblock-summary-method`),
      'button.authorize > span',
      '.info .version-stamp .version',
      '.info .renderedMarkdown a',
      '.opblock-put .opblock-section-header h4',
      '.microlight span[style*="211, 99, 99"]',
      'table.headers td.header-col',
    ]
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      // Colours may fade from one scheme to the other.
      await eventually(
        async () => {
          const pale = await Promise.all(
            words.map(async (each) => ((await contrastOf(page, each)) < 4.5 ? [each] : [])),
          )
          if (pale.flat().length > 0) throw new Error(pale.flat().join(', '))
          return true
        },
        { what: `words that can be read in ${colorScheme}`, within: 5_000 },
      )
    }
    await page.close()
  })

  browserTest('the bar of /docs marks where one is, and is whole on a phone', async (browser) => {
    const page = await browser.newPage({ viewport: { width: 320, height: 700 } })
    // What stands below the bar is much, and not looked at here.
    await page.route('**/*swagger*', (route) => route.abort())
    await page.goto(`${app.url()}/docs`)
    expect(await page.$$eval('.top nav a[aria-current]', textsOf)).toEqual(['REST'])
    const right = await page.$$eval('.top nav a', (all) =>
      Math.max(...all.map((link) => link.getBoundingClientRect().right)),
    )
    expect(right).toBeLessThanOrEqual(320)
    await page.click('.top nav a:has-text("Errors")')
    await page.waitForSelector('.top nav a[aria-current]:has-text("Errors")')
    expect(await page.$$eval('.top nav a[aria-current]', textsOf)).toEqual(['Errors'])
    await page.close()
  })

  browserTest(
    'caught mail appears around what is typed, at the hour of the reader',
    async (browser) => {
      await using mails = await startMails({ httpPort: await freePort() })
      const context = await browser.newContext({ timezoneId: 'Asia/Kolkata' })
      const page = await context.newPage()
      await page.clock.install()
      await page.goto(mails.url)
      await page.fill('input[type=search]', 'half a wo')
      await sendMail(mails.smtpPort, 'Newly come')
      await page.clock.runFor(5000)
      await page.waitForSelector('#list a:has-text("Newly come")')
      expect(await page.inputValue('input[type=search]')).toBe('half a wo')
      expect(await page.textContent('#list time')).toContain('GMT+5:30')
      await context.close()
    },
  )
})

function textsOf(all: Element[]) {
  return all.map((each) => each.textContent)
}

/** Letters that are higher than the line they stand in lose what hangs below it. */
function isCut(element: Element) {
  const { lineHeight, fontSize } = getComputedStyle(element)
  const high = lineHeight === 'normal' ? element.clientHeight : Number.parseFloat(lineHeight)
  return high < 1.2 * Number.parseFloat(fontSize)
}

async function sendMail(port: number, subject: string) {
  const transport = createTransport({ host: '127.0.0.1', port })
  await transport.sendMail({ from: 'a@curlew.test', to: 'b@example.com', subject, text: 'Hello' })
  transport.close()
}

/** Contrast of words and the ground they stand on (WCAG 2.2, relative luminance). */
function contrastOf(page: Page, selector: string): Promise<number> {
  return page.$eval(selector, (element) => {
    const numbers = (text: string) => (text.match(/[\d.]+/g) ?? []).map(Number)
    const luminance = (text: string) => {
      const [red = 0, green = 0, blue = 0] = numbers(text)
        .slice(0, 3)
        .map((value) => value / 255)
        .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const groundOf = (from: Element | null): string => {
      if (!from) return 'rgb(255, 255, 255)'
      const { backgroundColor } = getComputedStyle(from)
      const seen = numbers(backgroundColor)[3] !== 0
      return seen ? backgroundColor : groundOf(from.parentElement)
    }
    const [light, dark] = [luminance(getComputedStyle(element).color), luminance(groundOf(element))]
    return (Math.max(light, dark) + 0.05) / (Math.min(light, dark) + 0.05)
  })
}
