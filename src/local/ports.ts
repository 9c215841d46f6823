// Finds ports nobody listens on. Another program may be quicker to take one: callers retry.
import { createServer } from 'node:net'

function tryListen(port: number, host: string | undefined) {
  return new Promise<number | undefined>((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(undefined) : reject(error),
    )
    server.listen({ port, ...(host && { host }) }, () => {
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : port
      server.close(() => resolve(bound))
    })
  })
}

/**
 * Below the range from which outgoing connections take theirs (Linux: 32768 and up), so that a server
 * finds its port free when it is started again; anywhere in it, for others look at the same moment.
 */
const range = { first: 15_000, count: 17_000 }
const triesMax = 200

export async function freePort() {
  for (let attempt = 0; attempt < triesMax; attempt++) {
    const port = await tryListen(range.first + Math.floor(Math.random() * range.count), '127.0.0.1')
    if (port) return port
  }
  throw new Error('This machine has no free port.')
}

/** Without a host: free on every address, which is what a public server needs. */
export async function isPortFree(port: number, host?: string) {
  return (await tryListen(port, host)) !== undefined
}

export async function freePortFrom(first: number, tries = 50) {
  for (let port = first; port < first + tries; port++) {
    if (await isPortFree(port, '127.0.0.1')) return port
  }
  return freePort()
}
