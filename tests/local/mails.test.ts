// The mail catcher shows what was sent, safely.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createTransport } from 'nodemailer'
import type { CaughtMail } from '../../src/local/mail-store.ts'
import { type Mails, startMails } from '../../src/local/mails.ts'
import { freePort } from '../../src/local/ports.ts'

let mails: Mails
beforeAll(async () => void (mails = await startMails({ httpPort: await freePort() })))
afterAll(() => mails[Symbol.asyncDispose]())

async function send(to: string, subject: string) {
  const transport = createTransport({
    host: '127.0.0.1',
    port: mails.smtpPort,
    auth: { user: 'any', pass: 'thing' },
  })
  await transport.sendMail({
    from: 'Curlew <noreply@curlew.test>',
    to,
    subject,
    text: 'Your code is 123456',
    html: '<p>Your code is <b>123456</b></p><script>alert(1)</script>',
  })
  transport.close()
}

async function get(path: string, headers: Record<string, string> = {}) {
  return fetch(`http://127.0.0.1:${mails.httpPort}${path}`, { headers })
}

test('mails are listed newest first, as page and as JSON, also for one address', async () => {
  await send('alice@example.com', 'First 你好')
  await send('bob@example.com', 'Second <b>')
  const all = (await (await get('/mails.json')).json()) as CaughtMail[]
  expect(all.map((mail) => mail.subject)).toEqual(['Second <b>', 'First 你好'])
  expect(all[0]!.text).toContain('123456')
  const alice = (await (await get('/mails.json?to=Alice@example.com')).json()) as CaughtMail[]
  expect(alice).toHaveLength(1)
  const page = await (await get('/')).text()
  expect(page).toContain('Second &lt;b&gt;')
  expect(page).not.toContain('Second <b>')
})

test('the HTML part can neither run nor load anything', async () => {
  await send('carol@example.com', 'Third')
  const [mail] = (await (await get('/mails.json?to=carol@example.com')).json()) as CaughtMail[]
  expect(await (await get(`/mails/${mail!.id}`)).text()).toContain('<iframe sandbox')
  const part = await get(`/mails/${mail!.id}/html`)
  expect(part.headers.get('content-security-policy')).toStartWith("sandbox; default-src 'none'")
  expect((await get('/mails/999')).status).toBe(404)
})

test('another host name that points here is refused', async () => {
  expect((await get('/mails.json', { host: 'evil.example' })).status).toBe(421)
})

test('mails are found by their words, and deleted one by one or all', async () => {
  await send('dan@example.com', 'A letter to Dan')
  await send('erin@example.com', 'Another')
  const found = async (query: string) => {
    const page = await (await get(`/?q=${encodeURIComponent(query)}`)).text()
    return [...page.matchAll(/href="\/mails\/(\d+)[?"]/g)].map((each) => each[1])
  }
  const [letter, ...others] = await found('letter to dan')
  expect(others).toEqual([])
  expect(await found('ERIN@example')).toHaveLength(1)
  expect(await found('no such words')).toEqual([])
  const post = (path: string, origin?: string) =>
    fetch(`http://127.0.0.1:${mails.httpPort}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: origin === undefined ? {} : { origin },
    })
  const own = `http://127.0.0.1:${mails.httpPort}`
  // A page elsewhere can post too; its browser says where it is from.
  expect((await post(`/mails/${letter}/delete`, 'https://evil.example')).status).toBe(403)
  expect((await post(`/mails/${letter}/delete`)).status).toBe(403)
  expect(await found('letter to dan')).toEqual([letter])
  expect((await post(`/mails/${letter}/delete`, own)).status).toBe(303)
  expect(await found('letter to dan')).toEqual([])
  expect((await post('/delete-all', own)).status).toBe(303)
  expect((await (await get('/mails.json')).json()) as CaughtMail[]).toEqual([])
})

test('a search stays after a deletion, and "Delete these" deletes only what it shows', async () => {
  for (const to of ['fay@example.com', 'fay+2@example.com', 'gus@example.com']) {
    await send(to, `For ${to} & co`)
  }
  const own = `http://127.0.0.1:${mails.httpPort}`
  const press = (action: string) =>
    fetch(`${own}${action}`, { method: 'POST', redirect: 'manual', headers: { origin: own } })
  const subjects = async () =>
    ((await (await get('/mails.json')).json()) as CaughtMail[]).map((mail) => mail.subject)
  expect(await (await get('/')).text()).toContain('action="/delete-all"><button>Delete all<')
  const found = await (await get('/?q=fay')).text()
  expect(found).toContain('action="/delete-all?q=fay"><button>Delete these<')
  const [, opened = ''] = /href="(\/mails\/\d+\?q=fay)"/.exec(found) ?? []
  const mail = await (await get(opened)).text()
  expect(mail).toContain('<a href="/?q=fay">')
  const [, remove = ''] = /action="([^"]+\/delete\?q=fay)"/.exec(mail) ?? []
  expect((await press(remove)).headers.get('location')).toBe('/?q=fay')
  expect(await subjects()).toEqual(['For gus@example.com & co', 'For fay@example.com & co'])
  expect((await press('/delete-all?q=fay')).headers.get('location')).toBe('/?q=fay')
  expect(await subjects()).toEqual(['For gus@example.com & co'])
  expect((await press('/delete-all?q=a%20%26%20b')).headers.get('location')).toBe('/?q=a%20%26%20b')
  expect((await press('/delete-all')).headers.get('location')).toBe('/')
  expect(await subjects()).toEqual([])
})

test('the pages run their own script only, and never reload by themselves', async () => {
  await send('hal@example.com', 'Fourth')
  const page = await get('/')
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self';")
  const html = await page.text()
  expect(html).not.toContain('http-equiv="refresh"')
  expect(html).toMatch(/<time datetime="[\d-]+T[\d:.]+Z">/)
  const [, script = ''] = /<script src="([^"]+)"/.exec(html) ?? []
  expect((await get(script)).headers.get('content-type')).toStartWith('text/javascript')
})
