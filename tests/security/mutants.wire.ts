// What was broken on purpose where bytes become requests, and which test must notice.
import type { Mutant } from './mutants.ts'

export const wire: readonly Mutant[] = [
  {
    test: 'tokens: 13 RFC 7515',
    breaks: 'a token may be spelt in several ways, as it once could',
    edits: [
      {
        file: 'src/infra/tokens.ts',
        from: "if (!compact.test(token)) throw new Failure('tokenInvalid')",
        to: '',
      },
    ],
  },
  {
    test: 'requests: 21 RFC 9112',
    breaks: 'a host that cannot stand in an address is let in, as it once was',
    edits: [{ file: 'src/http/gate.ts', from: 'if (!namesItsHost(request))', to: 'if (false)' }],
  },
  {
    test: 'requests: 22 uploads broken off',
    breaks: 'a body that ends too early is our fault, as it once was',
    edits: [
      { file: 'src/http/body.ts', from: 'visitOf(request).brokenOff = true', to: 'throw error' },
    ],
  },
  {
    test: 'requests: 21 whatever the first line',
    breaks: 'an address without a host is taken apart as if it had one',
    edits: [
      {
        file: 'src/core/request-url.ts',
        from: "new URL(request.url, 'http://localhost')",
        to: 'new URL(request.url)',
      },
      { file: 'src/http/gate.ts', from: 'if (!namesItsHost(request))', to: 'if (false)' },
    ],
  },
]
