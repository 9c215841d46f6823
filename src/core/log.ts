// The structured log: JSON lines on stdout, one child per subsystem, secrets blanked.
import pino from 'pino'

export type Log = pino.Logger

/** `code` is hidden at the top alone: below it is an error's, such as ECONNREFUSED. */
const secret = ['token', 'refresh_token', 'password', 'code', 'ticket', 'authorization', 'content']

/** Lines go to standard output, or where a program's output is its answer, to standard error. */
export function createLog(level: string, name: string, to: 'output' | 'error' = 'output'): Log {
  const options: pino.LoggerOptions = {
    level,
    name,
    // Names, which people and log stores read, instead of pino's numbers.
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [...secret, ...secret.filter((key) => key !== 'code').map((key) => `*.${key}`)],
      censor: '[hidden]',
    },
    serializers: { err: describe },
  }
  return to === 'output' ? pino(options) : pino(options, pino.destination({ fd: 2, sync: true }))
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
