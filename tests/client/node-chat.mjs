// Run by node: a chat of the bundled SDK (first argument), which uploads a file, says what it heard and
// must end by itself once its client is closed.
import { openAsBlob } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'

const [bundle, url, tokens, friend, count] = process.argv.slice(2)
const { createClient } = await import(bundle)
const limits = { formBytesMax: 100, chunkBytes: 500, chunkBytesMin: 100 }
const client = createClient({ url, tokens: JSON.parse(tokens), WebSocket, limits })
const heard = []
const enough = new Promise((resolve) => {
  client.on('message', ({ seq, content }) => {
    heard.push({ seq, content })
    if (heard.length === 2 * Number(count)) resolve()
  })
})
await client.connect()
for (let number = 0; number < Number(count); number++) {
  client.send({ to_user_id: friend, content: `node ${number}` })
}
await enough
const file = await openAsBlob(fileURLToPath(import.meta.url))
const { filename, size } = await client.upload(file, { filename: 'chat.mjs' })
await client.close()
const uploaded = filename === 'chat.mjs' && size === file.size
console.log(JSON.stringify({ version: process.version, heard, uploaded }))
