// An S3 server, and a gate before it where a test makes trouble.
import { startFauxqs } from 'fauxqs'
import type { S3Config } from '../../src/infra/storage.s3.ts'

type Forward = (request: Request) => Promise<Response>
type Trouble = (request: Request, forward: Forward) => Promise<Response>

export interface S3Server extends AsyncDisposable {
  readonly config: S3Config
  /** Uploads of several parts that have neither ended nor been aborted. */
  readonly unfinished: Map<string, { readonly key: string; readonly begun: Date }>
  /** The next requests that fit, as many as troubles are given, meet these instead of the server. */
  meets(fits: (method: string, url: URL) => boolean, ...troubles: Trouble[]): void
  /** How many came since it was last asked. */
  requests(): number
}

/** As an installation is told of it; without one its files lie on the disk. */
export function settingsOf(server: S3Server | null, reads = 'stream'): Record<string, string> {
  if (!server) return {}
  const { endpoint, region, bucket, key } = server.config
  return {
    STORAGE: 's3',
    S3_ENDPOINT: endpoint,
    S3_REGION: region,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY_ID: key?.id ?? '',
    S3_SECRET_ACCESS_KEY: key?.secret ?? '',
    S3_PATH_STYLE: 'on',
    S3_READS: reads,
  }
}

/** `S3_TEST_URL=http://id:secret@host:port/bucket` takes another server than the one of the tests. */
export async function startS3Server(): Promise<S3Server> {
  const given = process.env['S3_TEST_URL']
  const server = given ? null : await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  server?.createBucket('files')
  const url = new URL(given ?? `http://id:secret@127.0.0.1:${server!.port}/files`)
  const unfinished: S3Server['unfinished'] = new Map()
  const waiting: { fits: (method: string, url: URL) => boolean; trouble: Trouble }[] = []
  let count = 0

  const forward = async (request: Request): Promise<Response> => {
    const asked = new URL(request.url)
    // The one question that the server of the tests cannot answer.
    if (server && asked.searchParams.has('uploads') && request.method === 'GET') {
      return listed(unfinished)
    }
    const body = request.method === 'GET' ? null : await request.arrayBuffer()
    const answer = await fetch(`${url.origin}${asked.pathname}${asked.search}`, {
      method: request.method,
      headers: request.headers,
      body,
    })
    const whole = await answer.bytes()
    follow(unfinished, request.method, asked, answer.ok ? whole : null)
    // Whole, for a stream would go on without saying how long it is.
    const { status, headers } = answer
    return new Response(request.method === 'HEAD' ? null : whole, { status, headers })
  }
  const gate = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      count++
      const asked = new URL(request.url)
      const at = waiting.findIndex(({ fits }) => fits(request.method, asked))
      const [next] = at < 0 ? [] : waiting.splice(at, 1)
      return next ? next.trouble(request, forward) : forward(request)
    },
  })
  return {
    config: {
      endpoint: `http://127.0.0.1:${gate.port}`,
      region: 'us-east-1',
      bucket: url.pathname.slice(1),
      key: { id: url.username, secret: url.password },
      pathStyle: true,
    },
    unfinished,
    meets: (fits, ...troubles) =>
      void waiting.push(...troubles.map((trouble) => ({ fits, trouble }))),
    requests() {
      const since = count
      count = 0
      return since
    },
    async [Symbol.asyncDispose]() {
      await gate.stop(true)
      await server?.stop()
    },
  }
}

function follow(
  unfinished: S3Server['unfinished'],
  method: string,
  { pathname, searchParams }: URL,
  answer: Uint8Array | null,
): void {
  const id = searchParams.get('uploadId')
  if (!answer) return
  if (method === 'POST' && searchParams.has('uploads')) {
    const begun = /<UploadId>([^<]+)</.exec(Buffer.from(answer).toString())?.[1] ?? ''
    unfinished.set(begun, { key: pathname.split('/').slice(2).join('/'), begun: new Date() })
  } else if (id && (method === 'POST' || method === 'DELETE')) {
    unfinished.delete(id)
  }
}

function listed(unfinished: S3Server['unfinished']): Response {
  const uploads = [...unfinished].map(
    ([id, { key, begun }]) =>
      `<Upload><Key>${key}</Key><UploadId>${id}</UploadId>` +
      `<Initiated>${begun.toISOString()}</Initiated></Upload>`,
  )
  return new Response(
    `<?xml version="1.0"?><ListMultipartUploadsResult>${uploads.join('')}` +
      '<IsTruncated>false</IsTruncated></ListMultipartUploadsResult>',
    { headers: { 'content-type': 'application/xml' } },
  )
}
