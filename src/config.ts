// The environment, checked once and frozen. settings.ts has each setting's name, default and meaning.
import { mediaConfig, type MediaConfig } from './config.media.ts'
import { pushConfig, type PushConfig } from './config.push.ts'
import { settings, type SettingName } from './settings.ts'

export interface Config {
  readonly production: boolean
  readonly host: string
  readonly port: number
  readonly metricsPort: number
  readonly metricsToken: string
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly redisPrefix: string
  readonly jwtSecret: string
  readonly accessTokenSeconds: number
  /** What argon2id takes for one password, in KiB. */
  readonly passwordHashKib: number
  readonly accountGraceMs: number
  readonly groups: GroupBounds
  /** Traditional and simplified Chinese find each other. */
  readonly searchHanAlike: boolean
  /** A cursor is served for so long. */
  readonly syncMs: number
  /** What could not be delivered waits for so long; null: for ever. */
  readonly outboxMs: number | null
  readonly smtp: SmtpConfig | null
  readonly mailFrom: string
  readonly publicUrl: string
  /** Digests by mail within 24 hours; 0: none. */
  readonly digestsPerDay: number
  readonly media: MediaConfig
  readonly allowedOrigins: readonly string[]
  readonly trustedProxies: number
  readonly rateLimits: boolean
  readonly captcha: CaptchaConfig | null
  readonly pushPrivateHosts: boolean
  readonly push: PushConfig
  readonly accessLog: boolean
  /** Workers look whether what is stored agrees with itself. */
  readonly checksDaily: boolean
  readonly logLevel: string
}

/** How large and how many groups may be. */
export interface GroupBounds {
  readonly membersDefault: number
  readonly membersMax: number
  readonly perPersonMax: number
  readonly requestsMax: number
  readonly linksMax: number
}

export interface SmtpConfig {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

const captchaActions = ['code', 'register-pwd', 'login-pwd'] as const

export interface CaptchaConfig {
  readonly url: string
  readonly secret: string
  readonly on: readonly (typeof captchaActions)[number][]
  readonly passWhileAway: boolean
}

const dayMs = 86_400_000

/** A setting is missing or unsafe; the message is the one sentence an operator needs. */
export class ConfigError extends Error {}

function refuse(sentence: string): never {
  throw new ConfigError(sentence)
}

export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const fallbackOf = (name: SettingName) =>
    settings.find((each) => each.name === name)?.fallback ?? ''
  const read = (name: SettingName): string => env[name] ?? fallbackOf(name)
  // Compose files pass on an unset variable as an empty one; as a number that would be 0.
  const filled = (name: SettingName): string => read(name).trim() || fallbackOf(name)
  const number = (name: SettingName, min: number, max: number, kind = 'number'): number => {
    const value = Number(filled(name))
    const fits = kind === 'number' ? Number.isFinite(value) : Number.isInteger(value)
    if (!fits || value < min || value > max) {
      throw new ConfigError(`${name} must be a ${kind} from ${min} to ${max}.`)
    }
    return value
  }
  const whole = (name: SettingName, min: number, max: number) =>
    number(name, min, max, 'whole number')
  const choice = (name: SettingName, choices: readonly string[]): string => {
    const value = filled(name)
    if (!choices.includes(value)) {
      throw new ConfigError(`${name} must be one of ${choices.join(', ')}.`)
    }
    return value
  }
  const production = choice('NODE_ENV', ['development', 'production', 'test']) === 'production'
  const rateLimits = choice('RATE_LIMITS', ['on', 'off']) === 'on'
  if (production && !rateLimits) {
    throw new ConfigError('RATE_LIMITS=off is refused with NODE_ENV=production.')
  }
  const smtpHost = read('SMTP_HOST')
  const outboxDays = number('OUTBOX_DAYS', 0, 3_650)
  const pushPrivateHosts = choice('PUSH_PRIVATE_HOSTS', ['on', 'off']) === 'on'
  return Object.freeze({
    production,
    host: read('HOST'),
    port: whole('PORT', 0, 65_535),
    metricsPort: whole('METRICS_PORT', 0, 65_535),
    metricsToken: checkToken(read('METRICS_TOKEN')),
    databaseUrl: postgresUrl(read),
    redisUrl: redisUrl(read),
    redisPrefix: read('REDIS_PREFIX'),
    jwtSecret: checkSecret(read('JWT_SECRET')),
    accessTokenSeconds: Math.round(number('JWT_EXPIRATION', 0.001, 8_760) * 3_600),
    // OWASP Password Storage Cheat Sheet: argon2id with 19 MiB and two passes at least.
    passwordHashKib: whole('PASSWORD_HASH_KIB', production ? 19_456 : 8, 1_048_576),
    // Not at once: every process forgets a name before it can be somebody else's.
    accountGraceMs: Math.round(number('ACCOUNT_GRACE_DAYS', 0.001, 3_650) * dayMs),
    groups: groupBounds(whole),
    searchHanAlike: choice('SEARCH_HAN', ['alike', 'apart']) === 'alike',
    syncMs: Math.round(number('SYNC_DAYS', 1, 3_650) * dayMs),
    outboxMs: outboxDays === 0 ? null : Math.round(outboxDays * dayMs),
    smtp: smtpHost
      ? {
          host: smtpHost,
          port: whole('SMTP_PORT', 1, 65_535),
          user: read('SMTP_USER'),
          password: read('SMTP_PASSWORD'),
        }
      : null,
    mailFrom: read('MAIL_FROM'),
    publicUrl: checkAddress('PUBLIC_URL', read('PUBLIC_URL').trim()),
    digestsPerDay: whole('DIGESTS_PER_DAY', 0, 10_000_000),
    media: mediaConfig({
      read: filled,
      whole,
      choice,
      address: (name) => checkAddress(name, filled(name)),
      refuse,
    }),
    allowedOrigins: read('ALLOWED_ORIGINS')
      .split(',')
      .map((origin) => origin.trim())
      .filter((origin) => origin !== '')
      .map(originOf),
    trustedProxies: whole('TRUSTED_PROXIES', 0, 10),
    rateLimits,
    captcha: captchaOf(read, choice('CAPTCHA_AWAY', ['refuse', 'pass']) === 'pass'),
    pushPrivateHosts,
    push: pushConfig({ read: filled, refuse, isOpen: pushPrivateHosts }),
    checksDaily: choice('CONSISTENCY_CHECK', ['off', 'daily']) === 'daily',
    accessLog: choice('ACCESS_LOG', ['on', 'off']) === 'on',
    logLevel: choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'silent']),
  })
}

function groupBounds(whole: (name: SettingName, min: number, max: number) => number): GroupBounds {
  const membersMax = whole('GROUP_MEMBERS_MAX', 2, 10_000)
  return {
    membersMax,
    membersDefault: Math.min(membersMax, whole('GROUP_MEMBERS_DEFAULT', 2, 10_000)),
    perPersonMax: whole('GROUPS_PER_PERSON', 1, 10_000),
    requestsMax: whole('GROUP_REQUESTS_MAX', 1, 10_000),
    linksMax: whole('GROUP_LINKS_MAX', 1, 1_000),
  }
}

function captchaOf(
  read: (name: SettingName) => string,
  passWhileAway: boolean,
): CaptchaConfig | null {
  const [url, secret] = [read('CAPTCHA_URL'), read('CAPTCHA_SECRET')]
  if (url === '') return null
  if (!isHttp(url)) {
    throw new ConfigError('CAPTCHA_URL is no http address.')
  }
  if (secret === '') throw new ConfigError('CAPTCHA_SECRET is missing.')
  const wanted = read('CAPTCHA_ON')
    .split(',')
    .map((each) => each.trim())
  const on = captchaActions.filter((each) => wanted.includes(each))
  if (on.length !== wanted.length) {
    throw new ConfigError(`CAPTCHA_ON must name some of ${captchaActions.join(', ')}.`)
  }
  return { url, secret, on, passWhileAway }
}

const sampleSecrets = /change.?me|your.?secret|example|placeholder|12345678|secretsecret|default/i

function checkSecret(secret: string): string {
  if (secret === '')
    throw new ConfigError('JWT_SECRET is missing: set it to 32 random bytes or more.')
  if (Buffer.byteLength(secret) < 32) throw new ConfigError('JWT_SECRET is shorter than 32 bytes.')
  if (sampleSecrets.test(secret) || new Set(secret).size < 10) {
    throw new ConfigError('JWT_SECRET is a known sample or too regular: make a random one.')
  }
  return secret
}

function checkToken(token: string): string {
  if (token === '' || /^[\w.~+/=-]{16,}$/.test(token)) return token
  throw new ConfigError('METRICS_TOKEN needs 16 characters or more that can stand in a header.')
}

const isHttp = (url: string) => /^https?:$/.test(URL.parse(url)?.protocol ?? '')

function checkAddress(name: SettingName, url: string): string {
  if (url === '' || isHttp(url)) return url
  throw new ConfigError(`${name} must be empty or an address like https://chat.example.com.`)
}

/** As browsers write it. By hand: `URL.origin` is "null" for the schemes of packaged apps. */
function originOf(entry: string): string {
  const url = URL.parse(entry)
  const bare = url && /^\/?$/.test(url.pathname) && !/[?#@]/.test(entry)
  if (bare && url.host !== '') return `${url.protocol}//${url.host}`.toLowerCase()
  throw new ConfigError(
    `ALLOWED_ORIGINS must list origins like https://app.example.com, not "${entry}".`,
  )
}

function postgresUrl(read: (name: SettingName) => string): string {
  const given = read('DATABASE_URL').trim()
  if (given !== '') {
    // Several hosts stand between commas; the driver takes them one by one, and so do we.
    const [, start, hosts, rest] =
      /^(postgres(?:ql)?:\/\/(?:[^/?]*@)?)([^/?]*)(.*)$/.exec(given) ?? []
    if (hosts?.split(',').every((host) => URL.canParse(`${start}${host}${rest}`))) return given
    throw new ConfigError(
      'DATABASE_URL must be an address like postgres://user:password@host:5432/name.',
    )
  }
  const user = encodeURIComponent(read('POSTGRES_USER'))
  const password = encodeURIComponent(read('POSTGRES_PASSWORD'))
  const host = `${read('POSTGRES_HOST')}:${read('POSTGRES_PORT')}`
  const url = `postgres://${user}:${password}@${host}/${encodeURIComponent(read('POSTGRES_DB'))}`
  if (URL.canParse(url)) return url
  throw new ConfigError('POSTGRES_HOST and POSTGRES_PORT must be a host and a port.')
}

function redisUrl(read: (name: SettingName) => string): string {
  const given = read('REDIS_URL').trim()
  if (given !== '') {
    // The client also takes the path of a socket, and a host and port alone.
    const whole = given.includes('://') ? given : `redis://${given}`
    if (given.startsWith('/') || (/^rediss?:/.test(whole) && URL.canParse(whole))) return given
    throw new ConfigError('REDIS_URL must be an address like redis://:password@host:6379.')
  }
  const password = encodeURIComponent(read('REDIS_PASSWORD'))
  const place = `${read('REDIS_HOST')}:${read('REDIS_PORT')}`
  const url = `redis://${password ? `:${password}@` : ''}${place}`
  if (URL.canParse(url)) return url
  throw new ConfigError('REDIS_HOST and REDIS_PORT must be a host and a port.')
}
