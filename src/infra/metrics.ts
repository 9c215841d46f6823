// Everything we count, in Prometheus' terms: base units, fixed label sets.
import { createHash, timingSafeEqual } from 'node:crypto'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import program from '../../package.json'
import { currentVersion } from '../protocol/version.ts'
import { collectProcessMetrics } from './metrics.process.ts'

export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics(process: 'api' | 'workers') {
  const registry = new Registry()
  registry.setDefaultLabels({ process })
  collectProcessMetrics(registry)
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, buckets, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const build = gauge('curlew_build_info', 'Always 1: what runs here.', [
    'version',
    'protocol',
    'bun',
  ])
  build.set({ version: program.version, protocol: currentVersion, bun: Bun.version }, 1)
  return {
    registry,
    sends: counter('curlew_sends_total', 'Messages by what became of them.', ['outcome']),
    batches: counter('curlew_batches_total', 'Committed batches of messages.'),
    batchSize: histogram(
      'curlew_batch_messages',
      'Messages in a batch.',
      [1, 2, 4, 8, 16, 32, 64, 128, 256],
    ),
    commitSeconds: histogram(
      'curlew_commit_seconds',
      'From handing a batch to Postgres until its commit.',
      [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    ),
    writerQueue: gauge('curlew_writer_queue_messages', 'Messages waiting for a batch.'),
    enqueueFailures: counter('curlew_enqueue_failures_total', 'Jobs left to the sweeper.'),
    sockets: gauge('curlew_sockets', 'Open sockets.'),
    closes: counter('curlew_socket_closes_total', 'Sockets closed by the server.', ['reason']),
    framesIn: counter('curlew_frames_in_total', 'Frames received.'),
    framesOut: counter('curlew_frames_out_total', 'Frames sent.'),
    relayLagSeconds: histogram(
      'curlew_relay_lag_seconds',
      'From a commit until its frames reach the node of a receiver.',
      [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
    ),
    heldFrames: counter('curlew_held_frames_total', 'Frames that waited for the one before.'),
    missedFrames: counter(
      'curlew_missed_frames_total',
      'Frames that did not come and were made from the database.',
    ),
    jobs: counter('curlew_jobs_total', 'Jobs by queue and outcome.', ['queue', 'outcome']),
    scheduled: counter('curlew_scheduled_total', 'Scheduled messages by what became of them.', [
      'outcome',
    ]),
    scheduledLateSeconds: histogram(
      'curlew_scheduled_late_seconds',
      'From the time a message was to be sent until it was.',
      [0.1, 0.25, 0.5, 1, 2, 5, 30, 300, 3600],
    ),
    mails: counter('curlew_mails_total', 'Mails by what became of them.', ['outcome']),
    media: counter('curlew_media_total', 'Uploaded files by what became of them.', ['outcome']),
    uploadBytes: gauge(
      'curlew_upload_bytes',
      'Bytes of uploads that were read and are not written yet.',
    ),
    pushes: counter('curlew_pushes_total', 'Notifications by what push services said.', [
      'kind',
      'outcome',
    ]),
    pushHeld: gauge('curlew_push_held', '1: this provider is left alone for a while.', ['kind']),
    queueDepth: gauge('curlew_queue_jobs', 'Jobs by queue and state.', ['queue', 'state']),
    outboxSwept: counter('curlew_outbox_swept_total', 'Outbox rows enqueued by the sweeper.'),
    outboxParked: gauge('curlew_outbox_parked_rows', 'Outbox rows given up: look at them.'),
    consistencyWrong: gauge(
      'curlew_consistency_wrong_rows',
      'Rows that do not agree with others, by check; from the last time it was done.',
      ['check'],
    ),
    consistencyAt: gauge(
      'curlew_consistency_at_seconds',
      'When each check was done last, in Unix time.',
      ['check'],
    ),
    limited: counter('curlew_limited_total', 'Requests refused by a rate limit.', ['limit']),
    requests: counter(
      'curlew_requests_total',
      'Requests by operation, or door, and status; `aborted` when the client broke off.',
      ['operation', 'status'],
    ),
    requestSeconds: new Histogram({
      name: 'curlew_request_seconds',
      help: 'From a request until its answer, by operation or door.',
      labelNames: ['operation'],
      // Few: there is a series for each bucket of each operation.
      buckets: [0.005, 0.02, 0.1, 0.5, 2.5],
      registers,
    }),
  }
}

/** In the text format of Prometheus. */
export async function showMetrics({ registry }: Metrics): Promise<Response> {
  return new Response(await registry.metrics(), {
    headers: { 'content-type': registry.contentType, 'cache-control': 'no-store' },
  })
}

/** Whether a request shows the token; without a token there is nothing to show. */
export function bearsToken(request: Request, token: string): boolean {
  const shown = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (token === '' || shown === undefined) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(shown), digest(token))
}
