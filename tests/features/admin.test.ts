// The admin door: who gets in, what each role may do, and that nothing is open beside it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { boardRights } from '../../src/features/admin/policy.ts'
import { systemClock } from '../../src/core/clock.ts'
import {
  boardRoutes,
  fromOurPage,
  loginCookie,
  makeAdmin,
  password,
  queueOf,
  tryLogin,
  visit,
  type Visit,
} from '../support/admin.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const closed = [401, 403]

let shift = 0
const clock = { ...systemClock, now: () => new Date(Date.now() + shift) }

let app: Installation
let user: Person
let viewer: Person
let operator: Person
beforeAll(async () => {
  app = await install({ nodes: 2, workers: false, clock })
  ;({ user, viewer, operator } = await app.people('user', 'viewer', 'operator'))
  await makeAdmin(app, viewer, 'viewer')
  await makeAdmin(app, operator, 'operator')
  await queueOf(app, 'delivery').add('events', { outbox: 1 }, { jobId: 'held-1', delay: 3_600_000 })
})
afterAll(() => app[Symbol.asyncDispose]())

/** Every path of the board and of ours, and some written to be taken for others. */
function everyPath(): string[] {
  const ours = ['', '/', '/login', '/logout', '/unknown', '/queues', '/queues/', '/queues/static']
  const odd = ['/queues/api', '/queues/static/images/logo.svg', '/queues/%61pi/queues', '/%71ueues']
  const more = ['/queues/../queues/api/queues', '/queues//api/queues', '/queues;/api/queues']
  const all = [...ours, ...odd, ...more].map((path) => `/admin${path}`)
  return [...new Set([...all, ...boardRoutes().map((each) => each.path)])]
}

/** Status per method and path, for a visitor. */
async function walk(as: Visit, leaving = true) {
  const seen: { what: string; status: number; to: string | null }[] = []
  for (const path of everyPath()) {
    for (const method of methods) {
      if (!leaving && method === 'POST' && path === '/admin/logout') continue
      const response = await visit(app, path, { ...as, method })
      await response.arrayBuffer()
      const to = response.headers.get('location')
      seen.push({ what: `${method} ${path}`, status: response.status, to })
    }
  }
  return seen
}

describe('nobody', () => {
  const kinds: Record<string, () => Visit> = {
    'without anything': () => ({}),
    'with a browser': () => ({ headers: { accept: 'text/html', ...fromOurPage(app) } }),
    'with a made-up token': () => ({ token: 'a.b.c' }),
    'with a made-up cookie': () => ({ cookie: 'curlew_admin=a.b.c', headers: fromOurPage(app) }),
    'with another scheme': () => ({ headers: { authorization: 'Basic YTpi' } }),
    'as an ordinary user': () => ({ token: user.token }),
    'as an ordinary user with a cookie': () => ({
      cookie: `curlew_admin=${user.token}`,
      headers: fromOurPage(app),
    }),
  }
  for (const [name, as] of Object.entries(kinds)) {
    test(`${name} gets past the door on no path and by no method`, async () => {
      const open = (await walk(as())).filter(
        ({ what, status, to }) =>
          !closed.includes(status) &&
          // An empty form is a wrong password like any other.
          !(status === 400 && what === 'POST /admin/login') &&
          !(status === 303 && /^\/admin(\?|$)/.test(to ?? '')),
      )
      expect(open).toEqual([])
    })
  }

  test('a browser is sent to the login page and from there to where it wanted', async () => {
    const sent = await visit(app, '/admin/queues/queue/delivery', {
      headers: { accept: 'text/html' },
    })
    expect(sent.status).toBe(303)
    const login = await visit(app, sent.headers.get('location') ?? '', {
      headers: { accept: 'text/html' },
    })
    expect(login.status).toBe(401)
    expect(await login.text()).toContain('name="next" value="/admin/queues/queue/delivery"')
    for (const next of ['//evil.example', 'https://evil.example', '/admin/queues/"><x', '/x']) {
      const page = await visit(app, `/admin?next=${encodeURIComponent(next)}`, {
        headers: { accept: 'text/html' },
      })
      expect(await page.text()).not.toContain('name="next"')
    }
  })
})

describe('roles', () => {
  test('a viewer looks at everything and changes nothing', async () => {
    const cookie = await loginCookie(app, viewer)
    for (const as of [{ token: viewer.token }, { cookie, headers: fromOurPage(app) }]) {
      // Signing out is the one write a viewer has.
      for (const { what, status } of await walk(as, false)) {
        if (what === 'POST /admin/login') continue
        if (!what.startsWith('GET ')) expect([what, status]).toEqual([what, 403])
        else expect([what, closed.includes(status)]).toEqual([what, false])
      }
    }
    expect(await queueOf(app, 'delivery').isPaused()).toBe(false)
    expect(await queueOf(app, 'delivery').getJob('held-1')).toBeDefined()
  })

  test('a viewer sees queues marked read-only, an operator does not', async () => {
    for (const [who, readOnly] of [
      [viewer, true],
      [operator, false],
    ] as const) {
      const answer = await visit(app, '/admin/queues/api/queues', { token: who.token })
      const { queues } = (await answer.json()) as {
        queues: { name: string; readOnlyMode: boolean }[]
      }
      expect(queues.map((each) => each.name)).toEqual([
        'delivery',
        'fanout',
        'push',
        'email',
        'media',
        'maintenance',
      ])
      expect(queues.every((each) => each.readOnlyMode === readOnly)).toBe(true)
    }
  })

  test('an operator gets exactly the writes the table opens', async () => {
    const token = operator.token
    for (const { method, route, path } of boardRoutes('no-such-job')) {
      if (method === 'GET') continue
      const body = '{"name":"events","data":{},"options":{},"jobData":{},"concurrency":1}'
      const headers = { 'content-type': 'application/json' }
      const { status } = await visit(app, path, { method, token, headers, body })
      const open = boardRights[`${method.toLowerCase()} ${route}`] === 'change'
      expect([method, path, open ? [200, 204, 404].includes(status) : status === 403]).toEqual([
        method,
        path,
        true,
      ])
    }
    await visit(app, '/admin/queues/api/queues/resume', { method: 'PUT', token })
  })

  test('an operator pauses, promotes and removes', async () => {
    const queue = queueOf(app, 'fanout')
    const act = async (path: string) => {
      const at = `/admin/queues/api/queues/fanout/${path}`
      const { status } = await visit(app, at, { method: 'PUT', token: operator.token })
      expect([200, 204]).toContain(status)
    }
    await queue.add('page', { message: 1, conversation: 1, after: 0 }, { jobId: 'p-1', delay: 9e6 })
    await act('pause')
    expect(await queue.isPaused()).toBe(true)
    await act('resume')
    expect(await queue.isPaused()).toBe(false)
    await act('p-1/promote')
    expect(await queue.getJobState('p-1')).toBe('waiting')
    await act('p-1/clean')
    expect(await queue.getJob('p-1')).toBeUndefined()
  })
})

describe('foreign sites', () => {
  const path = '/admin/queues/api/queues/email/pause'
  const foreign: Record<string, () => Record<string, string>> = {
    'another origin': () => ({ origin: 'https://evil.example' }),
    'a null origin': () => ({ origin: 'null' }),
    'an origin that begins like ours': () => ({ origin: `${app.url()}.evil.example` }),
    'another port of our host': () => ({ origin: app.url(1) }),
    'another scheme': () => ({ origin: app.url().replace('http', 'https') }),
    'the browser says cross-site': () => ({ 'sec-fetch-site': 'cross-site' }),
    'the browser says same-site': () => ({ 'sec-fetch-site': 'same-site' }),
    'own origin but cross-site': () => ({ origin: app.url(), 'sec-fetch-site': 'cross-site' }),
    'another origin that claims to be the same': () => ({
      origin: 'https://evil.example',
      'sec-fetch-site': 'same-origin',
    }),
    'nothing said at all': () => ({}),
    'a form': () => ({ ...fromOurPage(app), 'content-type': 'text/plain' }),
  }
  for (const [name, headers] of Object.entries(foreign)) {
    test(`a write with the cookie is refused: ${name}`, async () => {
      const cookie = await loginCookie(app, operator)
      const answer = await visit(app, path, { method: 'PUT', cookie, headers: headers() })
      expect(answer.status).toBe(403)
      expect(await queueOf(app, 'email').isPaused()).toBe(false)
    })
  }

  test('a write from our own page is done', async () => {
    const cookie = await loginCookie(app, operator)
    for (const headers of [fromOurPage(app), { origin: app.url() }]) {
      const answer = await visit(app, path, { method: 'PUT', cookie, headers })
      expect(answer.status).toBe(200)
    }
    expect(await queueOf(app, 'email').isPaused()).toBe(true)
    await queueOf(app, 'email').resume()
  })

  test('nobody is signed in or out by another site', async () => {
    const evil = { origin: 'https://evil.example' }
    expect((await tryLogin(app, operator.userId, password, evil)).status).toBe(403)
    const cookie = await loginCookie(app, operator)
    const out = await visit(app, '/admin/logout', { method: 'POST', cookie, headers: evil })
    expect(out.status).toBe(403)
    expect((await visit(app, '/admin', { cookie })).status).toBe(200)
  })
})

describe('sessions', () => {
  test('an app token of an admin opens the board, without a cookie', async () => {
    const answer = await visit(app, '/admin/queues/api/queues', { token: viewer.token, node: 1 })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  test('the cookie is for these pages, this site and no script; Secure only over https', async () => {
    const set = (await tryLogin(app, viewer.userId)).headers.get('set-cookie')
    expect(set).toMatch(
      /^curlew_admin=[\w.-]+; Path=\/admin; Max-Age=28800; HttpOnly; SameSite=Strict$/,
    )
    const spoofed = { ...fromOurPage(app), 'x-forwarded-proto': 'https' }
    const said = await tryLogin(app, viewer.userId, password, spoofed)
    expect(said.headers.get('set-cookie')).not.toContain('Secure')
  })

  const endings: Record<string, (who: Person, cookie: string) => Promise<unknown>> = {
    'signing out': (_, cookie) =>
      visit(app, '/admin/logout', { method: 'POST', cookie, headers: fromOurPage(app) }),
    'ending it from the phone': async (who) => {
      const [newest] = await who.does('accounts.sessions')
      await who.does('accounts.endSession', { id: newest?.id })
    },
    'disabling the admin': (who) =>
      app.nodes[0]!.ctx.sql`update users set disabled_at = now() where user_id = ${who.userId}`,
    'taking the role away': (who) => makeAdmin(app, who, 'user'),
  }
  for (const [name, end] of Object.entries(endings)) {
    test(`${name} closes the door at once, on every node`, async () => {
      const { guest } = await app.people('guest')
      await makeAdmin(app, guest, 'operator')
      const cookie = await loginCookie(app, guest)
      const look = async (node: number) =>
        (await visit(app, '/admin/queues/api/queues', { cookie, node })).status
      expect(await Promise.all([look(0), look(1)])).toEqual([200, 200])
      await end(guest, cookie)
      expect(await Promise.all([look(0), look(1)])).toEqual([401, 401])
    })
  }

  test('a session ends after eight hours', async () => {
    const cookie = await loginCookie(app, viewer)
    const look = async () => (await visit(app, '/admin', { cookie })).status
    try {
      shift = (8 * 3600 - 60) * 1000
      expect(await look()).toBe(200)
      shift = (8 * 3600 + 1) * 1000
      expect(await look()).toBe(401)
    } finally {
      shift = 0
    }
  })
})
