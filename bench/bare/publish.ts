// Bun's `publish` and nothing else: the floor for one frame to many sockets. SAMPLE is what the product sent,
// so that both send the same bytes.
import { keyPlace } from '../load/plan.ts'

const topic = 'all'
const sample = process.env.SAMPLE ?? ''
const key = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/

const server = Bun.serve({
  port: Number(process.env.PORT),
  hostname: '0.0.0.0',
  fetch(request, self) {
    if (self.upgrade(request)) return
    return new Response('', { status: 426 })
  },
  websocket: {
    idleTimeout: 120,
    backpressureLimit: 16 * 1024 * 1024,
    open(socket) {
      socket.subscribe(topic)
      socket.sendText('{"type":"hello"}')
    },
    message(socket, text) {
      const [id = keyPlace] = key.exec(String(text)) ?? []
      socket.sendText(`{"type":"ack","id":"${id}"}`)
      socket.publish(topic, sample.replaceAll(keyPlace, id))
    },
  },
})
console.log('ready', server.port)
