// HTML of both pages: escaping, the frame around them, and the few shapes they are made of.
import { logo } from '../logo.ts'
import type { AssetName, Assets } from './assets.ts'
import { docsPaths } from './addresses.ts'

/** Text that may stand in HTML. Everything below is either this or made of this. */
export const escape = (text: unknown) => Bun.escapeHTML(String(text))

/** Words with `code` in them. */
export function words(text: unknown): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

interface Frame {
  readonly title: string
  readonly here: string
  readonly styles: readonly AssetName[]
  readonly scripts?: readonly AssetName[]
  readonly body: string
}

const links: readonly (readonly [string, string])[] = [
  [docsPaths.page, 'REST'],
  [`${docsPaths.page}#errors`, 'Errors'],
  [docsPaths.socketPage, 'Socket'],
  [docsPaths.openapi, 'OpenAPI'],
  [docsPaths.asyncapi, 'AsyncAPI'],
]

export function page(assets: Assets, { title, here, styles, scripts = [], body }: Frame): string {
  const nav = links.map(
    ([url, name]) =>
      `<a href="${url}"${url === here ? ' aria-current="page"' : ''}>${escape(name)}</a>`,
  )
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<link rel="icon" href="${logo}">
${styles.map((name) => `<link rel="stylesheet" href="${assets.urlOf(name)}">`).join('\n')}
</head>
<body>
<header class="top"><a class="name" href="${docsPaths.page}">Curlew</a><nav>${nav.join('')}</nav></header>
${body}
${scripts.map((name) => `<script src="${assets.urlOf(name)}" defer></script>`).join('\n')}
</body>
</html>
`
}
