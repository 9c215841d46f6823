// A bare Bun socket with empty handlers: the floor for memory per socket and for upgrades.
const server = Bun.serve({
  port: Number(process.env.PORT),
  hostname: '0.0.0.0',
  fetch(request, self) {
    if (self.upgrade(request)) return
    return new Response('', { status: 426 })
  },
  websocket: { idleTimeout: 120, open() {}, message() {}, close() {} },
})
console.log('ready', server.port)
