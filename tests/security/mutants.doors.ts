// What was broken on purpose at the doors and in the core, and which test must notice.
import type { Mutant } from './mutants.ts'

const bounds = {
  file: 'src/app.ts',
  from: 'maxPayloadLength: limits.frame.bytesMax',
  to: 'maxPayloadLength: 512 * 1024 * 1024',
}

export const doors: readonly Mutant[] = [
  {
    test: 'tokens: 13 fast-jwt CVE-2023-48223',
    breaks: 'other HMAC algorithms are let through',
    edits: [
      {
        file: 'src/infra/tokens.ts',
        from: "name: 'jwt', secret: key,",
        to: "name: 'jwt', secret,",
      },
      {
        file: 'src/infra/tokens.ts',
        from: "algorithms: ['HS256']",
        to: "algorithms: ['HS256', 'HS384', 'HS512']",
      },
      // Their signatures are longer: that alone refuses them, too.
      {
        file: 'src/infra/tokens.ts',
        from: "if (!compact.test(token)) throw new Failure('tokenInvalid')",
        to: '',
      },
    ],
  },
  {
    test: 'tokens: 13 fast-jwt CVE-2026-35042',
    breaks: 'the kind of a token is not looked at',
    edits: [{ file: 'src/infra/tokens.ts', from: "typ !== 'access' || ", to: '' }],
  },
  {
    test: 'tokens: 14 fast-jwt CVE-2026-44351: a key',
    breaks: 'a token that brings its key is believed',
    edits: [
      {
        file: 'src/infra/tokens.ts',
        from: 'const claims = await check(token, clock.now())',
        to: `const [head, body] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
      const own = head?.includes('"jwk"') && JSON.parse(body ?? '')
      const claims = own || (await check(token, clock.now()))`,
      },
    ],
  },
  {
    test: 'tokens: 14 fast-jwt CVE-2026-44351: no start',
    breaks: 'a short secret is taken',
    edits: [
      { file: 'src/config.ts', from: 'Buffer.byteLength(secret) < 32', to: 'secret.length < 1' },
    ],
  },
  {
    test: 'tokens: 15 fast-jwt CVE-2026-35039',
    breaks: 'checked tokens are remembered by their claims',
    edits: [
      {
        file: 'src/infra/tokens.ts',
        from: "hash('sha256', token, 'base64url')",
        to: "token.split('.')[1] ?? ''",
      },
    ],
  },
  {
    test: 'tokens: 23 socket.io CVE-2017-16031',
    breaks: 'every token is the same',
    edits: [
      {
        file: 'src/core/ids.ts',
        from: "return randomBytes(32).toString('base64url')",
        to: "return Buffer.alloc(32).toString('base64url')",
      },
    ],
  },
  {
    test: 'tokens: 23 every bit of a token',
    breaks: 'no code begins with a nine',
    edits: [{ file: 'src/core/ids.ts', from: 'randomInt(1_000_000)', to: 'randomInt(900_000)' }],
  },
  {
    test: 'tokens: 31 Mattermost CVE-2024-4183',
    breaks: 'surplus sessions stay',
    edits: [
      {
        file: 'src/features/signin/sessions.ts',
        from: 'ids.length === 0 ? []',
        to: 'ids.length >= 0 ? []',
      },
    ],
  },
  {
    test: 'tokens: 32 Synapse CVE-2026-45078',
    breaks: 'any number from one place may wait for a password to be hashed',
    edits: [
      {
        file: 'src/core/fair-queue.ts',
        from: 'if (length >= lineMax) throw',
        to: 'if (length >= 1e9 + lineMax) throw',
      },
    ],
  },
  {
    test: 'sockets: 18 ws CVE-2021-32640',
    breaks: 'sub-protocols are split by a pattern that walks spaces twice',
    edits: [
      {
        file: 'src/socket/plugin.ts',
        from: "header.split(',')",
        to: "header.replaceAll(/\\s+$|\\s+,/g, '').split(',')",
      },
    ],
  },
  {
    test: 'sockets: 19 ws CVE-2026-48779: a million',
    breaks: 'messages may be half a gigabyte',
    edits: [bounds],
  },
  {
    test: 'sockets: 19 ws CVE-2026-48779: whoever floods',
    breaks: 'what a socket does not read may pile up',
    edits: [
      {
        file: 'src/app.ts',
        from: 'backpressureLimit: 2 * socket.outboundBytesMax',
        to: 'backpressureLimit: 1024 * socket.outboundBytesMax',
      },
    ],
  },
  {
    test: 'sockets: 20 ws CVE-2016-10542, socket.io',
    breaks: 'messages may be half a gigabyte',
    edits: [bounds],
  },
  {
    test: 'sockets: 20 ws CVE-2016-10542: a frame',
    breaks: 'messages may be half a gigabyte',
    edits: [bounds],
  },
  {
    test: 'sockets: 27 Prosody CVE-2014-2744',
    breaks: 'compression is offered',
    edits: [
      { file: 'src/app.ts', from: 'perMessageDeflate: false', to: 'perMessageDeflate: true' },
    ],
  },
  {
    test: 'sockets: 24 Gitpod GHSA-f53g-frr2-jhpf',
    breaks: 'an origin only has to begin like ours',
    edits: [
      {
        file: 'src/socket/plugin.ts',
        from: 'lower === `http://${host}`',
        to: 'lower.startsWith(`http://${host}`)',
      },
    ],
  },
  {
    test: 'input: 2 Mattermost CVE-2023-4478',
    breaks: 'fields no schema names stay in the input',
    edits: [
      {
        file: 'src/http/input.ts',
        from: 'return Object.fromEntries(known.map((name) => [name, found[name]]))',
        to: 'return known.length < 0 ? {} : found',
      },
    ],
  },
  {
    test: 'input: 12 Synapse CVE-2020-26257',
    breaks: 'ids of path and body are not compared',
    edits: [{ file: 'src/http/input.ts', from: '  agree(parts)\n', to: '' }],
  },
  {
    test: 'input: 12 ASVS 15.3.7',
    breaks: 'the last of two values is taken',
    edits: [
      { file: 'src/http/routes.ts', from: 'if (operation.query) checkQuery(request.url)', to: '' },
    ],
  },
  {
    test: 'input: 16 Elysia CVE-2025-66456',
    breaks: 'bodies are merged into a new object key by key',
    edits: [
      {
        file: 'src/http/input.ts',
        from: 'return JSON.parse(text)',
        to: 'return merge({}, JSON.parse(text))',
      },
      {
        file: 'src/http/input.ts',
        from: 'export interface Parts {',
        to: `function merge(to: any, from: any): any {
  for (const key of Object.keys(from)) {
    if (typeof from[key] !== 'object' || from[key] === null) to[key] = from[key]
    else merge((to[key] ??= {}), from[key])
  }
  return to
}

export interface Parts {`,
      },
    ],
  },
  {
    test: 'input: 21 socket.io CVE-2024-38355',
    breaks: 'a cursor may hold what is no number',
    edits: [
      {
        file: 'src/core/page.ts',
        from: 'if (numbers.every(Number.isSafeInteger)) return',
        to: 'if (numbers.length > 0) return',
      },
    ],
  },
  {
    test: 'input: 21 socket.io CVE-2024-38355',
    breaks: 'texts inside of other fields are not looked at',
    edits: [
      {
        file: 'src/protocol/codec.ts',
        from: 'badText(value, depth + 1)',
        to: 'undefined as string | undefined',
      },
      {
        file: 'src/features/push/registrations.ts',
        from: "/^[\\w-]+={0,2}$/.test(text) ? text : ''",
        to: 'text',
      },
    ],
  },
  {
    test: 'bodies: 21 Mattermost CVE-2022-0903',
    breaks: 'what nobody asked for is walked to its end',
    edits: [{ file: 'src/protocol/codec.ts', from: ' || depth > textDepthMax', to: '' }],
  },
  {
    test: 'bodies: 22 socket.io-parser CVE-2026-69185',
    breaks: 'a body that does not say its length is not measured',
    edits: [
      {
        file: 'src/http/body.ts',
        from: "if (bytes > limits.bodyBytesMax) throw new Failure('tooLarge')",
        to: '',
      },
    ],
  },
  {
    test: 'bodies: 27 Prosody CVE-2014-2744',
    breaks: 'packed bodies are unpacked',
    edits: [
      {
        file: 'src/http/body.ts',
        from: 'const bytes = await readBytes(request)',
        to: `const packed = request.headers.get('content-encoding') === 'gzip'
  const bytes = packed
    ? Bun.gunzipSync(await request.arrayBuffer())
    : await readBytes(request)`,
      },
    ],
  },
  {
    test: 'patterns: 17 Elysia CVE-2026-30837',
    breaks: 'the admin door trims slashes by a pattern, as it once did',
    edits: [
      {
        file: 'src/http/admin/door.ts',
        from: 'withoutEnd(urlOf(request).pathname)',
        to: "withoutEnd(urlOf(request).pathname.replace(/(?<=.)\\/+$/, ''))",
      },
    ],
  },
]
