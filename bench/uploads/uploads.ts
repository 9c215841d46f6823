// Do bytes of uploads stay in the API process: its resident size while fifty come at the same time.
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { UploadsResult, UploadsRun } from '../measured.ts'
import type { Options } from '../lib/options.ts'
import { residentBytes } from '../lib/proc.ts'
import { writeResult } from '../lib/results.ts'
import type { Stack } from '../lib/stack.ts'
import { prepareProduct } from '../product/processes.ts'
import { seedCouples, type Person } from '../product/people.ts'
import { printUploads } from './table.ts'

const parallel = 50
const mebibyte = 1_048_576
const sampleMs = 50
/** For what is free to be given back. */
const afterMs = 3_000

export async function benchUploads(stack: Stack, options: Options) {
  const bytes = (options.quick ? 2 : 100) * mebibyte
  const folder = await mkdtemp(join(tmpdir(), 'curlew-bench-'))
  const product = await prepareProduct(stack, 'curlew_bench_uploads', {
    MEDIA_DIR: folder,
    MEDIA_FILE_MB: '101',
  })
  const sql = postgres(product.databaseUrl, { max: 1, onnotice() {} })
  const couples = await seedCouples(sql, product.secret, 2 * parallel, 0)
  const people = couples.flatMap(({ sender, receiver }) => [sender, receiver]).slice(0, parallel)
  const api = product.start('api', 'src/main.ts')
  const worker = product.start('worker', 'workers/main.ts')
  try {
    await product.ready(api)
    const runs: UploadsRun[] = []
    const wanted = (['form', 'tus'] as const).filter((way) => way === (options.only ?? way))
    for (const way of wanted) {
      const send = (person: Person, length: number) => ways[way](product.port, person, length)
      // What is compiled and opened once is there before.
      await Promise.all(people.map((person) => send(person, 65_536)))
      const sizes = { api: [residentBytes(api.pid)], worker: [residentBytes(worker.pid)] }
      const timer = setInterval(() => {
        sizes.api.push(residentBytes(api.pid))
        sizes.worker.push(residentBytes(worker.pid))
      }, sampleMs)
      const begun = performance.now()
      await Promise.all(people.map((person) => send(person, bytes))).finally(() =>
        clearInterval(timer),
      )
      const seconds = (performance.now() - begun) / 1_000
      const before = { api: sizes.api[0]!, worker: sizes.worker[0]! }
      const highest = { api: Math.max(...sizes.api), worker: Math.max(...sizes.worker) }
      await Bun.sleep(afterMs)
      const after = { api: residentBytes(api.pid), worker: residentBytes(worker.pid) }
      runs.push({ way, seconds: Math.round(seconds * 10) / 10, before, highest, after })
      // The next way needs the room.
      await rm(join(folder, 'media'), { recursive: true, force: true })
    }
    const { machine, partial } = { machine: stack.machine, partial: options.partial }
    const result: UploadsResult = { machine, partial, parallel, bytes, runs }
    console.log(printUploads(result))
    await writeResult('uploads', result)
  } finally {
    await Promise.all([api.stop(), worker.stop()])
    await sql.end()
    await rm(folder, { recursive: true, force: true })
  }
}

const ways = { form: sendForm, tus: sendTus }

async function sendForm(port: number, person: Person, length: number): Promise<void> {
  const head =
    '--b\r\ncontent-disposition: form-data; name="file"; filename="film.bin"\r\n' +
    'content-type: application/octet-stream\r\n\r\n'
  const tail = '\r\n--b--\r\n'
  const all = head.length + length + tail.length
  const about = [`content-type: multipart/form-data; boundary=b`, `content-length: ${all}`]
  const answer = await ask(port, 'POST /api/v1/upload/file', person, about, [head, length, tail])
  if (!answer.startsWith('HTTP/1.1 200')) throw new Error(`an upload was answered: ${answer}`)
}

async function sendTus(port: number, person: Person, length: number): Promise<void> {
  const tus = ['tus-resumable: 1.0.0']
  const begun = await ask(
    port,
    'POST /api/v1/media/tus',
    person,
    [...tus, `upload-length: ${length}`, 'content-length: 0'],
    [],
  )
  const path = /^location: (\S+)/im.exec(begun)?.[1]
  if (!path) throw new Error(`an upload was not begun: ${begun}`)
  const about = ['content-type: application/offset+octet-stream', `content-length: ${length}`]
  const headers = [...tus, ...about, 'upload-offset: 0']
  const answer = await ask(port, `PATCH ${path}`, person, headers, [length])
  if (!answer.startsWith('HTTP/1.1 204')) throw new Error(`an upload was answered: ${answer}`)
}

/** The same piece again and again: nobody else has the bytes in memory either. */
const piece = Buffer.alloc(65_536, 0xa5)

/** By a line of its own, written to as fast as it takes it. */
async function ask(
  port: number,
  what: string,
  { token }: Person,
  headers: readonly string[],
  body: readonly (string | number)[],
): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const answer = answerOf(socket)
  const lines = [`${what} HTTP/1.1`, 'host: localhost', `authorization: Bearer ${token}`]
  await write(socket, `${[...lines, 'connection: close', ...headers].join('\r\n')}\r\n\r\n`)
  for (const part of body) {
    if (typeof part === 'string') await write(socket, part)
    else
      for (let left = part; left > 0; left -= piece.length) {
        await write(socket, left < piece.length ? piece.subarray(0, left) : piece)
      }
  }
  const said = await answer
  socket.destroy()
  return said
}

async function write(socket: Socket, bytes: string | Uint8Array): Promise<void> {
  if (!socket.write(bytes)) await once(socket, 'drain')
}

/** Up to the end of its head. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    socket.on('data', (some: Buffer) => {
      said += some.toString('latin1')
      if (said.includes('\r\n\r\n')) resolve(said)
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`the line was closed: ${said}`)))
  })
}
