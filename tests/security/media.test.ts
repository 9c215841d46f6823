// Files that pretend, names that wander, uploads by nobody.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { fetches, png, triesToUpload, uploads } from '../support/files.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'

let app: Installation
let alice: Person
beforeAll(async () => {
  app = await install({ workers: false, env: { MEDIA_QUOTA_MB: '1', MEDIA_FILE_MB: '1' } })
  ;({ alice } = await app.people('alice'))
})
afterAll(() => app[Symbol.asyncDispose]())

const page = '<html><script>alert(document.domain)</script>'
const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
const utf16 = Buffer.from(`\ufeff${page}`, 'utf16le')

test('28 phpBB HackerOne 3606773: whatever a file pretends to be, nothing in it runs', async () => {
  for (const [name, type, content] of [
    ['a.svg', 'image/svg+xml', svg],
    ['a.png', 'image/png', svg],
    ['a.svg', 'image/svg+xml', `<?xml version="1.0"?>${' '.repeat(300)}${svg}`],
    ['a.html', 'text/html', page],
    ['a.jpg', 'image/jpeg', page],
    ['a.jpg', 'image/jpeg', `${' '.repeat(5_000)}${page}`],
    ['a.txt', 'text/plain', '+ADw-script+AD4-alert(1)+ADw-/script+AD4-'],
    ['a.txt', 'text/plain', utf16],
    ['a.xml', 'text/xml', `<?xml version="1.0"?><x xmlns:h="http://www.w3.org/1999/xhtml"/>`],
    ['a.js', 'text/javascript', 'alert(1)'],
    ['a.pdf', 'application/pdf', '%PDF-1.7 '],
    ['a.gif', 'text/html', `GIF89a/*${page}*/`],
  ] as const) {
    const { media_id } = await uploads(alice, content as string, { name, type })
    const response = await fetches(alice, media_id)
    const { headers } = response
    const said = headers.get('content-type') ?? ''
    expect([name, said]).not.toEqual([name, expect.stringMatching(/html|xml|svg|text|script/)])
    // The one that is an image is one, and has no origin of its own; what it says to be is not heard.
    const kind = name === 'a.gif' ? 'inline' : 'attachment'
    expect([name, headers.get('content-disposition')?.split(';')[0]]).toEqual([name, kind])
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
    expect(await response.bytes()).toEqual(new Uint8Array(Buffer.from(content as string)))
  }
})

test('29 Mattermost CVE-2017-18912: the name of a file names nothing of ours', async () => {
  const { storage } = app.nodes[0]!.ctx
  for (const [name, kept] of [
    ['../../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['%2e%2e%2fetc%2fpasswd', '%2e%2e%2fetc%2fpasswd'],
    ['..', 'file'],
    ['.htaccess', 'htaccess'],
    ['CON.txt', '_CON.txt'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['a"; filename="b.html', 'a_; filename=_b.html'],
    [`${'n'.repeat(300)}.tar.gz`, `${'n'.repeat(252)}.gz`],
    ['見積書 2026.xlsx', '見積書 2026.xlsx'],
  ] as const) {
    const boundary = 'b'
    const escaped = name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
    const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="${escaped}"\r\n\r\n`
    const response = await fetch(`${alice.base}/api/v1/upload/file`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${alice.token}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
      body: `${head}x\r\n--b--\r\n`,
    })
    const { data } = (await response.json()) as { data: { media_id: number; filename: string } }
    expect([name, data?.filename]).toEqual([name, kept])
    const shown = (await fetches(alice, data.media_id)).headers.get('content-disposition') ?? ''
    expect(shown).toMatch(/^attachment; filename="[^"\\%]+"; filename\*=UTF-8''[\w.%!~-]+$/)
    expect(decodeURIComponent(shown.split("''")[1] ?? '')).toBe(kept)
  }
  const { keys } = await storage.list('')
  expect(keys.filter((key) => !/^media\/[0-9a-f]{2}\/[0-9a-f]{32}$/.test(key))).toEqual([])
})

test('30 Synapse CVE-2024-37303: nobody writes here without a token, nor more than their share', async () => {
  const { storage } = app.nodes[0]!.ctx
  const { bob } = await app.people('bob')
  const count = async () => (await storage.list('')).keys.length
  const before = await count()
  const form = new FormData()
  form.set('file', new File([png], 'a.png'))
  for (const headers of [{}, { authorization: 'Bearer x' }, { cookie: `token=${bob.token}` }]) {
    for (const kind of ['image', 'file']) {
      const { status } = await fetch(`${bob.base}/api/v1/upload/${kind}`, {
        method: 'POST',
        headers: headers as Record<string, string>,
        body: form,
      })
      expect(status).toBe(401)
    }
  }
  expect(await count()).toBe(before)
  const half = new Uint8Array(400_000).fill(1)
  const many = await Promise.all(Array.from({ length: 10 }, () => triesToUpload(bob, half)))
  expect(many.filter(({ code }) => code === 0)).toHaveLength(2)
  expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200, 409]))
  expect(await count()).toBe(before + 2)
})
