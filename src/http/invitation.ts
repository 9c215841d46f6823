// Where an invite link leads in a browser: a page that hands the code on to the app. It asks nothing: whether
// the code is good, only somebody who is signed in learns.
import { Elysia } from 'elysia'
import { Failure } from '../core/failure.ts'
import type { JoinTexts } from '../texts/en.ts'
import { texts } from '../texts/texts.ts'
import { logo } from './logo.ts'
import { style, styleHash } from './style.ts'
import { visitOf } from './visit.ts'

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src ${styleHash}; img-src data:; base-uri 'none'; \
form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  // The address is the secret.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'accept-language',
}

const code = /^[\w-]{22}$/

export function joinRoutes() {
  return new Elysia({ name: 'join' }).get('/join/:code', ({ request, params }) => {
    if (!code.test(params.code)) throw new Failure('notFound')
    const { locale } = visitOf(request).caller
    return new Response(page(texts[locale].join, params.code), { headers })
  })
}

/** The code is letters, digits, `-` and `_`. */
function page(t: JoinTexts, invitation: string): string {
  return `<!doctype html>
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
<p class="soft">${t.hint}</p>
<p class="actions"><a class="button" href="curlew:/join/${invitation}">${t.open}</a></p>
<h2>${t.byHand}</h2>
<p><code>${invitation}</code></p>
</main>
</body>
</html>
`
}
