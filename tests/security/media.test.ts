// Files that pretend, names that wander, uploads by nobody.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { fetches, png, triesToUpload, uploads, whenProcessed } from '../support/files.ts'
import { install, type Installation } from '../support/installation.ts'
import type { Person } from '../support/people.ts'
import { emptyZip, gifOf, jpegSaying, pngSaying } from '../support/pictures.ts'

let app: Installation
let alice: Person
beforeAll(async () => {
  app = await install({
    workers: { queues: ['delivery', 'media'] },
    env: { MEDIA_QUOTA_MB: '2', MEDIA_FILE_MB: '1' },
  })
  ;({ alice } = await app.people('alice'))
})
afterAll(() => app[Symbol.asyncDispose]())

const page = '<html><script>alert(document.domain)</script>'
const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
const utf16 = Buffer.from(`\ufeff${page}`, 'utf16le')

test('26 Mattermost CVE-2026-5755: pictures that lie are refused, or never opened', async () => {
  const tiff = Buffer.from('II*\0\xff\xff\xff\xff', 'latin1')
  for (const [name, content, status] of [
    ['wide.png', pngSaying(50_000, 50_000), 422],
    ['wide.jpg', await jpegSaying(65_500, 65_500), 422],
    ['long.gif', gifOf(10_000), 422],
    ['far.tiff', tiff, 200],
    ['more.jpg', await jpegSaying(900, 900), 200],
    ['words.png', pngSaying(8, 8, { inflated: 40_000_000 }), 200],
  ] as const) {
    const sent = await triesToUpload(alice, new Uint8Array(content), { name })
    if (sent.status === 422) {
      expect([name, sent.data as unknown]).toEqual([name, { field: 'file', reason: 'too_large' }])
      expect(status).toBe(422)
      continue
    }
    // What could not be opened is a download; what could is of a size that it was made to have.
    const { media_id, size, state } = await whenProcessed(alice, sent.data.media_id)
    expect([name, state]).toEqual([name, status === 422 ? 'refused' : undefined])
    if (state) continue
    const shown = await fetches(alice, media_id)
    expect((await shown.bytes()).length).toBe(size)
    expect(size).toBeLessThan(200_000)
  }
  const { files } = await alice.does('media.usage')
  const { storage } = app.nodes[0]!.ctx
  // Of what was refused nothing lies anywhere.
  const { keys } = await storage.list('')
  expect(new Set(keys.map((key) => key.replace(/_\w+$/, ''))).size).toBe(files - 3)
})

test('27 Prosody CVE-2014-2744, xmppbomb: what is packed is kept as it came', async () => {
  const packed = Bun.gzipSync(new Uint8Array(50_000_000))
  const { media_id, size, mime } = await uploads(alice, packed, { name: 'zeros.gz' })
  expect([size, mime]).toEqual([packed.length, 'application/gzip'])
  const { headers } = await fetches(alice, media_id)
  expect(headers.get('content-disposition')).toStartWith('attachment')
  expect(headers.get('content-encoding')).toBeNull()
  // A form that says to be packed is no form, and nobody unpacks it to see.
  const form = new FormData()
  form.set('file', new File([png], 'a.png'))
  const plain = new Response(form)
  const answer = await fetch(`${alice.base}/api/v1/upload/file`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${alice.token}`,
      'content-type': plain.headers.get('content-type')!,
      'content-encoding': 'gzip',
    },
    body: Bun.gzipSync(await plain.bytes()),
  })
  expect(answer.status).toBe(400)
})

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
    ['a.gif', 'image/gif', Buffer.concat([gifOf(1), emptyZip])],
    ['a.png', 'image/png', pngSaying(8, 8).subarray(0, 40)],
  ] as const) {
    const { media_id } = await uploads(alice, content as string, { name, type })
    const response = await fetches(alice, media_id)
    const { headers } = response
    const said = headers.get('content-type') ?? ''
    expect([name, said]).not.toEqual([name, expect.stringMatching(/html|xml|svg|text|script/)])
    const kind = headers.get('content-disposition')?.split(';')[0]
    expect([name, kind]).toEqual([name, 'attachment'])
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
  expect(keys.filter((key) => !/^media\/[0-9a-f]{2}\/[0-9a-f]{32}(_\w+)?$/.test(key))).toEqual([])
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
  const half = new Uint8Array(800_000).fill(1)
  const many = await Promise.all(Array.from({ length: 10 }, () => triesToUpload(bob, half)))
  expect(many.filter(({ code }) => code === 0)).toHaveLength(2)
  expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200, 409]))
  expect(await count()).toBe(before + 2)
})
