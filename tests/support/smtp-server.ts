// A mail server as a program of its own, which a test starts, troubles and kills; see smtp.ts.
//   bun tests/support/smtp-server.ts <port>
// Orders come as JSON lines on standard input, what happened goes out the same way.
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { SMTPServer } from 'smtp-server'
import type { Mood, SmtpNews } from './smtp.ts'

let mood: Mood = { does: 'take' }

function tell(news: SmtpNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`)
}

/** As servers do, the refusal quotes whom it refuses. */
function refusal(address: string): Error & { responseCode: number } {
  const { reply } = mood as Extract<Mood, { does: 'refuse' }>
  const words = reply.slice(4).replaceAll('{to}', address)
  return Object.assign(new Error(words), { responseCode: Number(reply.slice(0, 3)) })
}

const refuses = (at: string) => mood.does === 'refuse' && mood.at === at

const smtp = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  logger: false,
  disableReverseLookup: true,
  onMailFrom({ address }, _session, done) {
    done(refuses('from') ? refusal(address) : null)
  },
  onRcptTo({ address }, _session, done) {
    tell({ news: 'asked', to: address })
    done(refuses('rcpt') ? refusal(address) : null)
  },
  onData(stream, session, done) {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () => {
      const to = session.envelope.rcptTo.map(({ address }) => address)
      const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : ''
      if (mood.does === 'hang' && mood.at === 'data') return
      if (mood.does === 'drop') return void [...sockets].forEach((socket) => socket.destroy())
      if (refuses('data')) return done(refusal(to[0] ?? ''))
      tell({ news: 'mail', from, to, raw: Buffer.concat(chunks).toString('base64') })
      done()
    })
  },
})
smtp.on('error', () => {})

/** Speaks up to a point and then never again. */
function hang(socket: Socket, at: 'greeting' | 'starttls'): void {
  if (at === 'greeting') return
  socket.write('220 slow\r\n')
  socket.on('data', (chunk) => {
    const line = String(chunk).toUpperCase()
    if (line.startsWith('EHLO')) socket.write('250-slow\r\n250 STARTTLS\r\n')
    else if (line.startsWith('STARTTLS')) socket.write('220 go on\r\n')
  })
}

const sockets = new Set<Socket>()
const server = createServer((socket) => {
  sockets.add(socket)
  tell({ news: 'connected', open: sockets.size })
  socket.on('error', () => {})
  socket.on('close', () => {
    sockets.delete(socket)
    tell({ news: 'closed', open: sockets.size })
  })
  if (mood.does === 'hang' && mood.at !== 'data') hang(socket, mood.at)
  else smtp.server.emit('connection', socket)
})
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  tell({ news: 'listening', port: (server.address() as { port: number }).port })
})

createInterface({ input: process.stdin })
  .on('line', (line) => {
    mood = JSON.parse(line) as Mood
    tell({ news: 'mood', does: mood.does })
  })
  // The test that started it is gone.
  .on('close', () => process.exit(0))
