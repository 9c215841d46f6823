// GET /docs/socket: the AsyncAPI document as a page to read.
import type { Assets } from './assets.ts'
import { examplesOf, fieldTable } from './fields.ts'
import { escape, page, words } from './html.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { docsPaths, socketPath } from './addresses.ts'

type Node = Record<string, JsonObject>
interface Close {
  readonly code: number
  readonly reconnect: boolean
  readonly meaning: string
}

const address = `wss://chat.example.com${socketPath}`

/** How the query is used, with any way to sign in. */
const deviceWords = `\`?device_id=<name>\` names the device, with any of these: 1 to 64 of \`A–Z\`, \
\`a–z\`, \`0–9\`, \`_\`, \`.\`, \`:\` and \`-\`; another name is refused. The same device that connects \
again takes the place of its older socket, which closes with 4003. Without it the session counts as \
the device.`

const addressExamples = [
  `${address}?ticket=<ticket>&device_id=phone-1`,
  `${address}?token=<access token>&device_id=phone-1`,
]

/** Everything but the addresses of the assets, which are known at the first request. */
export function socketPage(document: JsonObject): (assets: Assets) => string {
  const at = (...path: string[]) =>
    path.reduce<Json | undefined>((node, key) => (isObject(node) ? node[key] : undefined), document)
  const operations = Object.entries(at('operations') as Node)
  const messages = at('components', 'messages') as Node
  const objects = at('components', 'schemas') as Node
  const heard = operations.filter(([, each]) => each['action'] === 'receive')
  const said = operations.filter(([, each]) => each['action'] === 'send')
  const closes = at('channels', 'socket', 'x-close-codes') as unknown as Close[]
  const body = `<div class="reading">
${contents(heard, said, Object.keys(objects))}
<main>
<h1>The socket</h1>
<p><code>GET ${escape(at('channels', 'socket', 'address'))}</code> as WebSocket.
The same as a document: <a href="${docsPaths.asyncapi}">AsyncAPI 3.0</a>.</p>
${prose(at('info', 'description') as string)}
<h2 id="sign-in">Signing in</h2>
<p>The first that is present counts; a bad one closes with 4001 after the upgrade.</p>
${signIn(at('components', 'securitySchemes') as Node)}
<p>${words(deviceWords)}</p>
<pre>${addressExamples.map(escape).join('\n')}</pre>
<h2 id="client">What a client says</h2>
${heard.map(([name, operation]) => request(name, operation, messages)).join('\n')}
<h2 id="server">What a client hears</h2>
${said.map(([name]) => told(name, messages)).join('\n')}
<h2 id="objects">Objects</h2>
${Object.entries(objects).map(object).join('\n')}
<h2 id="closes">Close codes</h2>
${closeTable(closes)}
</main>
</div>`
  return (assets) =>
    page(assets, {
      title: 'Curlew: socket',
      here: docsPaths.socketPage,
      styles: ['page.css', 'reading.css'],
      body,
    })
}

function contents(
  heard: readonly [string, JsonObject][],
  said: readonly [string, JsonObject][],
  objects: readonly string[],
): string {
  const link = (id: string, name: string) => `<a href="#${escape(id)}">${escape(name)}</a>`
  const all = `${link('sign-in', 'Signing in')}${link('closes', 'Close codes')}
<strong>A client says</strong>${heard.map(([name]) => link(`client.${name}`, name)).join('')}
<strong>A client hears</strong>${said
    .map(([name]) => link(name.replace('on.', 'server.'), name.replace('on.', '')))
    .join('')}
<strong>Objects</strong>${objects.map((name) => link(`object.${name}`, name)).join('')}`
  // On a phone it folds, beside the text it stays: two, because one cannot do both without script.
  return `<nav class="contents">${all}</nav>
<details class="jump"><summary>Contents</summary>${all}</details>`
}

/** The paragraphs and the list of a description; its table stands elsewhere on the page. */
function prose(text: string): string {
  const blocks = text.split('\n\n').filter((block) => !block.startsWith('|'))
  return blocks
    .map((block) => {
      if (!block.startsWith('- ')) return `<p>${words(block)}</p>`
      const items = block.split(/^- /m).filter((item) => item.trim() !== '')
      return `<ul>${items.map((item) => `<li>${words(item.trim())}</li>`).join('')}</ul>`
    })
    .join('\n')
}

function signIn(ways: Node): string {
  const rows = Object.values(ways).map((way) => `<li>${words(way['description'])}</li>`)
  return `<ul>${rows.join('')}</ul>`
}

function request(name: string, operation: JsonObject, messages: Node): string {
  const reply = (operation['reply'] as JsonObject)['messages'] as JsonObject[]
  const key = String(reply[0]?.['$ref']).split('/').at(-1) ?? ''
  const answer = messages[key] ?? {}
  return `<section class="frame client" id="client.${escape(name)}">
${heading(`client.${name}`, name)}
<p>${words(operation['summary'])}</p>
${dataOf(messages[`client.${name}`] ?? {}, 'Data')}
${dataOf(answer, `Answer: ${String(answer['name'])}`)}
${examplesOf(messages[`client.${name}`], answer)}
</section>`
}

function told(operation: string, messages: Node): string {
  const key = operation.replace('on.', 'server.')
  const message = messages[key] ?? {}
  return `<section class="frame" id="${escape(key)}">
${heading(key, String(message['name']))}
<p>${words(message['summary'])}</p>
${dataOf(message, 'Data')}
${examplesOf(message)}
</section>`
}

function heading(id: string, name: string): string {
  return `<h3><a href="#${escape(id)}">${escape(name)}</a></h3>`
}

function dataOf(message: JsonObject, title: string): string {
  const payload = (message['payload'] ?? {}) as JsonObject
  const data = ((payload['properties'] ?? {}) as Node)['data'] ?? {}
  return `<h4>${words(title)}</h4>\n${fieldTable(data)}`
}

function object([name, schema]: [string, JsonObject]): string {
  const meaning =
    schema['description'] === undefined ? '' : `<p>${words(schema['description'])}</p>`
  return `<section class="frame" id="object.${escape(name)}">
${heading(`object.${name}`, name)}
${meaning}
${fieldTable(schema)}
</section>`
}

function closeTable(closes: readonly Close[]): string {
  const rows = closes.map(
    ({ code, meaning, reconnect }) =>
      `<tr><td>${code}</td><td>${words(meaning)}</td><td>${reconnect ? 'yes' : 'no'}</td></tr>`,
  )
  return `<div class="table"><table><thead><tr><th>Code</th><th>Meaning</th><th>Reconnect</th></tr>
</thead><tbody>${rows.join('')}</tbody></table></div>`
}
