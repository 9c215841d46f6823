// Signing in at the admin door: one refusal for all, no guessing, and what the pages carry.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  cookieOf,
  fromOurPage,
  loginCookie,
  makeAdmin,
  password,
  tryLogin,
  visit,
} from '../support/admin.ts'
import { deepTest } from '../support/deep.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let user: Person
let operator: Person
beforeAll(async () => {
  // Limits on, and one proxy in front that says how people came.
  app = await install({ workers: false, env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '1' } })
  ;({ user, operator } = await app.people('user', 'operator'))
  await makeAdmin(app, operator, 'operator')
})
afterAll(() => app[Symbol.asyncDispose]())

let caller = 0
/** As somebody behind the proxy whom no other test has used up. */
function from(address = `203.0.113.${++caller}`): Record<string, string> {
  return { ...fromOurPage(app), 'x-forwarded-for': address }
}

describe('signing in', () => {
  test('works by user id and by e-mail, in any case', async () => {
    for (const name of [operator.userId, operator.email, operator.userId.toUpperCase()]) {
      const answer = await tryLogin(app, name, password, from())
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe('/admin')
      expect((await visit(app, '/admin', { cookie: cookieOf(answer) })).status).toBe(200)
    }
  })

  test('a wrong password, an unknown name, an ordinary and a disabled account look alike', async () => {
    const { gone } = await app.people('gone')
    await makeAdmin(app, gone, 'operator')
    await app.nodes[0]!.ctx.sql`update users set disabled_at = now() where user_id = ${gone.userId}`
    const sessions = async () => (await app.nodes[0]!.ctx.sql`select id from sessions`).length
    const before = await sessions()
    const tries = [
      [operator.userId, 'wrong word'],
      ['nobody-at-all', password],
      [user.userId, password],
      [gone.userId, password],
      ['', ''],
    ] as const
    const pages = new Set<string>()
    for (const [name, word] of tries) {
      const answer = await tryLogin(app, name, word, from())
      expect([name, answer.status, answer.headers.get('set-cookie')]).toEqual([name, 400, null])
      const page = (await answer.text()).replace(`value="${name}"`, '').replaceAll(' autofocus', '')
      pages.add(page.replaceAll(/\s+/g, ' '))
    }
    expect(pages.size).toBe(1)
    expect(await sessions()).toBe(before)
  })

  deepTest('an unknown name takes as long as a known one', async () => {
    const once = async (name: string) => {
      const start = performance.now()
      await tryLogin(app, name, 'wrong word', from())
      return performance.now() - start
    }
    await once('warm-up')
    const [known, unknown]: [number[], number[]] = [[], []]
    // In turns, so that a slow moment of the machine falls on both.
    for (let round = 0; round < 8; round++) {
      known.push(await once(operator.userId))
      unknown.push(await once('nobody-at-all'))
    }
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 3)
  })

  test('a name is echoed as text, never as a tag', async () => {
    const answer = await tryLogin(app, '"><script>alert(1)</script>', 'x', from())
    const page = await answer.text()
    expect(page).toContain('&quot;&gt;&lt;script&gt;')
    expect(page).not.toContain('<script')
  })

  test('guessing is slowed down: too many tries answer 429 and say how long', async () => {
    const address = '198.51.100.7'
    const statuses: number[] = []
    let last: Response | undefined
    for (let round = 0; round < 21; round++) {
      last = await tryLogin(app, operator.userId, 'guess', from(address))
      statuses.push(last.status)
    }
    expect(statuses.slice(0, 20).every((status) => status === 400)).toBe(true)
    expect(statuses[20]).toBe(429)
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    // The right word does not help either, but somebody elsewhere is not locked out.
    expect((await tryLogin(app, operator.userId, password, from(address))).status).toBe(429)
    expect((await tryLogin(app, operator.userId, password, from())).status).toBe(303)
  })

  test('behind a declared proxy with https the cookie is Secure and the origin is https', async () => {
    const host = new URL(app.url()).host
    const https = { ...from(), 'x-forwarded-proto': 'https', origin: `https://${host}` }
    const answer = await tryLogin(app, operator.userId, password, https)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('set-cookie')).toEndWith('; Secure')
  })
})

describe('pages', () => {
  const page = { accept: 'text/html' }

  test('speak English or Chinese', async () => {
    const chinese = await visit(app, '/admin', { headers: { ...page, 'accept-language': 'zh-CN' } })
    expect(await chinese.text()).toContain('登录')
  })

  test('the first page shows queues, sockets and the ways on', async () => {
    const cookie = await loginCookie(app, operator)
    const home = await (await visit(app, '/admin', { cookie, headers: page })).text()
    for (const part of ['delivery', 'fanout', 'push', 'email', 'Open sockets', operator.userId]) {
      expect(home).toContain(part)
    }
    expect(home).toContain('href="/admin/queues"')
    expect(home).toContain('action="/admin/logout"')
    const board = await (await visit(app, '/admin/queues', { cookie, headers: page })).text()
    expect(board).toContain('"url":"/docs"')
    expect(board).toContain('"url":"/admin"')
  })

  test('fetch nothing from elsewhere, may not be framed and are not kept', async () => {
    const cookie = await loginCookie(app, operator)
    for (const path of ['/admin', '/admin/queues', '/admin/queues/api/queues', '/admin/nowhere']) {
      for (const who of [{}, { cookie }]) {
        const answer = await visit(app, path, { ...who, headers: page })
        const policy = answer.headers.get('content-security-policy') ?? ''
        expect(policy).toContain("default-src 'none'")
        expect(policy).toContain("frame-ancestors 'none'")
        expect(policy).not.toContain("script-src 'self' 'unsafe")
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
        expect(answer.headers.get('cache-control')).toBe('no-store')
        expect(await answer.text()).not.toMatch(/(src|href)="(https?:)?\/\//)
      }
    }
  })

  test('our pages say what they take to whoever asks otherwise', async () => {
    const cookie = await loginCookie(app, operator)
    const ask = async (method: string, path: string) => {
      const headers = fromOurPage(app)
      const { status, headers: said } = await visit(app, path, { method, cookie, headers })
      return [status, said.get('allow')]
    }
    expect(await ask('PUT', '/admin')).toEqual([405, 'GET'])
    expect(await ask('DELETE', '/admin/login')).toEqual([405, 'GET, POST'])
    expect(await ask('GET', '/admin/logout')).toEqual([405, 'POST'])
    expect(await ask('PUT', '/admin/nothing')).toEqual([404, null])
  })
})
