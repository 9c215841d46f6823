// The part of the OpenAPI document about the process itself: alive, ready, counters.
import type { JsonObject } from '../../../src/http/docs/json.ts'

export const probeTag: JsonObject = {
  name: 'process',
  description: 'The process itself, for balancers and monitors; no token, no envelope.',
}

const state = (...names: string[]): JsonObject => ({
  type: 'object',
  required: ['status', 'database', 'redis', 'migrations', 'draining'],
  properties: {
    status: { enum: names },
    database: { type: 'boolean', description: 'Postgres answers.' },
    redis: { type: 'boolean', description: 'Redis answers.' },
    migrations: { type: 'boolean', description: 'The schema is up to date.' },
    draining: { type: 'boolean', description: 'The process is about to stop.' },
  },
})

const json = (description: string, schema: JsonObject, example: JsonObject): JsonObject => ({
  description,
  content: { 'application/json': { schema, example } },
})

const probe = (operationId: string, summary: string, responses: JsonObject): JsonObject => ({
  get: { operationId, summary, tags: ['process'], security: [], responses },
})

const well = { database: true, redis: true, migrations: true, draining: false }

export const probePaths: JsonObject = {
  '/healthz': probe('process.alive', 'The process is alive', {
    200: json(
      'Alive.',
      { type: 'object', required: ['status'], properties: { status: { const: 'ok' } } },
      { status: 'ok' },
    ),
  }),
  '/readyz': probe('process.ready', 'The process can serve', {
    200: json(
      '`ok`, or `degraded` while Redis is away: messages are still acknowledged.',
      state('ok', 'degraded'),
      { status: 'ok', ...well },
    ),
    503: json('Send nobody here.', state('unavailable'), {
      status: 'unavailable',
      ...well,
      database: false,
    }),
  }),
  '/metrics': probe('process.metrics', 'Counters in the text format of Prometheus', {
    200: {
      description:
        'The names are in docs/reference/metrics.md. Only for callers on the same machine outside ' +
        'of production, or with `METRICS_TOKEN` as a bearer token; 404 for all others.',
      content: {
        'text/plain': {
          schema: { type: 'string' },
          example: '# HELP curlew_sockets Open sockets.\n# TYPE curlew_sockets gauge\n',
        },
      },
    },
  }),
}
