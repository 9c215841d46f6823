// The structured log: JSON lines on stdout, one child per subsystem, secrets blanked.
import pino from 'pino'

export type Log = pino.Logger

/** `code` is hidden at the top alone: below it is an error's, such as ECONNREFUSED. */
const secret = ['token', 'refresh_token', 'password', 'code', 'ticket', 'authorization', 'content']

export function createLog(level: string, name: string): Log {
  return pino({
    level,
    name,
    redact: {
      paths: [...secret, ...secret.filter((key) => key !== 'code').map((key) => `*.${key}`)],
      censor: '[hidden]',
    },
    serializers: { err: describe },
  })
}

/** An error and its causes, less what Postgres quotes of rows: people's words are in there. */
function describe(error: Error): object {
  const described = pino.stdSerializers.errWithCause(error) as unknown as Described
  for (let each: unknown = described; isObject(each); each = each['cause']) {
    delete each['detail']
    delete each['where']
  }
  return described
}

type Described = Record<string, unknown>

function isObject(value: unknown): value is Described {
  return typeof value === 'object' && value !== null
}
