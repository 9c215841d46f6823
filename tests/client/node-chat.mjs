// Run by node: a chat of the bundled SDK (first argument), which says what it heard and must end by
// itself once its client is closed.
import { WebSocket } from 'ws'

const [bundle, url, tokens, friend, count] = process.argv.slice(2)
const { createClient } = await import(bundle)
const client = createClient({ url, tokens: JSON.parse(tokens), WebSocket })
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
await client.close()
console.log(JSON.stringify({ version: process.version, heard }))
