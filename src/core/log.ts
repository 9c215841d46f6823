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
    serializers: { err: pino.stdSerializers.errWithCause },
  })
}
