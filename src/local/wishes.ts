// What somebody asked of `npm start` by settings, looked at before anything is started.
import { ConfigError, loadConfig } from '../config.ts'
import { LocalFailure } from './failure.ts'
import { isPortFree } from './ports.ts'

export type Env = Record<string, string | undefined>

const portDefault = 8080
export const loopback = '127.0.0.1'

function portFrom(env: Env, name: string) {
  const text = env[name]?.trim()
  if (!text) return undefined
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new LocalFailure(`${name} must be a number from 1 to 65535, not "${env[name]}".`)
}

/** The port of the API, and the one of the mail page when it is not ours to choose. */
export function portsFrom(env: Env) {
  const port = portFrom(env, 'PORT') ?? portDefault
  const mails = env.SMTP_HOST ? undefined : portFrom(env, 'MAILS_PORT')
  if (mails === port)
    throw new LocalFailure(`PORT and MAILS_PORT are both ${port}: they must differ.`)
  return { port, mails }
}

export async function requireFree(name: string, port: number, host?: string) {
  if (await isPortFree(port, host)) return
  const other = port < 65_535 ? port + 1 : port - 1
  throw new LocalFailure(
    `Port ${port} is taken by another program: choose another one with ${name}=${other}.`,
  )
}

/** Where the API answers us: on the loopback address unless it was told to listen elsewhere only. */
export function ownHost({ HOST: host = '' }: Env) {
  return ['', '0.0.0.0', '::'].includes(host) ? loopback : host
}

/** How people write that address. */
export function baseOf(env: Env, port: number) {
  const host = ownHost(env)
  const name = host === loopback ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** The rest is looked at by the programs themselves; here it is told before a server was started. */
export function requireSoundSettings(env: Env) {
  try {
    loadConfig(env)
  } catch (error) {
    throw error instanceof ConfigError ? new LocalFailure(error.message) : error
  }
}
