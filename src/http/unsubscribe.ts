// Where the link of a digest leads that ends them: a page that asks, for programs look at links, and the
// answer, which mail programs give by themselves (RFC 8058). Nobody has to be signed in.
import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { holderOf, stop, stopPath } from '../features/digests/stopping.ts'
import type { UnsubscribeTexts } from '../texts/en.ts'
import { texts } from '../texts/texts.ts'
import { logo } from './logo.ts'
import { style, styleHash } from './style.ts'
import { visitOf } from './visit.ts'

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src ${styleHash}; img-src data:; base-uri 'none'; \
form-action 'self'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  // The address is the secret.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'accept-language',
}

export function unsubscribeRoutes(ctx: Context) {
  const path = `${stopPath}:token`
  return new Elysia({ name: 'unsubscribe' })
    .get(path, ({ request, params }) => {
      holderOf(ctx.seal, params.token)
      const t = wordsFor(request)
      return answer(
        t,
        t.hint,
        `<form method="post" class="actions"><button>${t.stop}</button></form>`,
      )
    })
    .post(
      path,
      async ({ request, params }) => {
        await stop(ctx, params.token)
        const t = wordsFor(request)
        return answer(t, t.stopped, '')
      },
      // Whatever it says: the address says it all.
      { parse: 'none' },
    )
}

const wordsFor = (request: Request): UnsubscribeTexts =>
  texts[visitOf(request).caller.locale].unsubscribe

function answer(t: UnsubscribeTexts, told: string, form: string): Response {
  const page = `<!doctype html>
<html lang="${t.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${t.title}</title>
<link rel="icon" href="${logo}">
<style>${style}</style>
</head>
<body>
<main>
<h1>${t.title}</h1>
<p class="soft">${told}</p>
${form}
</main>
</body>
</html>
`
  return new Response(page, { headers })
}
