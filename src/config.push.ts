// The part of the configuration that is about push to phones: a provider is set up, or null.
import { createPrivateKey } from 'node:crypto'
import type { SettingName } from './settings.ts'

export interface PushConfig {
  readonly fcm: {
    readonly url: string
    readonly tokenUrl: string
    readonly projectId: string
    readonly clientEmail: string
    readonly privateKey: string
    readonly privateKeyId: string
  } | null
  readonly apns: {
    readonly url: string
    readonly sandboxUrl: string
    readonly key: string
    readonly keyId: string
    readonly teamId: string
    /** The apps it is the key of; not empty. */
    readonly topics: readonly string[]
  } | null
  readonly huawei: {
    readonly url: string
    readonly authUrl: string
    readonly appId: string
    readonly appSecret: string
    readonly category: string
  } | null
  readonly xiaomi: {
    readonly url: string
    readonly appSecret: string
    readonly packageName: string
    readonly channelId: string
  } | null
  readonly oppo: {
    readonly url: string
    readonly appKey: string
    readonly masterSecret: string
    readonly channelId: string
  } | null
  readonly vivo: {
    readonly url: string
    readonly appId: string
    readonly appKey: string
    readonly appSecret: string
    readonly category: string
  } | null
  readonly honor: {
    readonly url: string
    readonly authUrl: string
    readonly appId: string
    readonly clientId: string
    readonly clientSecret: string
  } | null
}

type Read = (name: SettingName) => string

interface Means {
  readonly read: Read
  /** Throws what an operator needs to read. */
  readonly refuse: (sentence: string) => never
  /** Whether addresses without TLS are taken: in tests. */
  readonly isOpen: boolean
}

export function pushConfig(means: Means): PushConfig {
  const { read, refuse } = means
  const url = (name: SettingName) => addressOf(name, means)
  /** All of them, or nothing if none is set; some are a mistake. */
  const together = <N extends SettingName>(...names: N[]): Record<N, string> | null => {
    const values = names.map((name) => [name, read(name).trim()] as const)
    const missing = values.filter(([, value]) => value === '')
    if (missing.length === names.length) return null
    if (missing.length > 0) refuse(`${missing[0]?.[0]} is missing.`)
    return Object.fromEntries(values) as Record<N, string>
  }
  const apns = together('APNS_KEY', 'APNS_KEY_ID', 'APNS_TEAM_ID', 'APNS_TOPICS')
  const huawei = together('HUAWEI_APP_ID', 'HUAWEI_APP_SECRET')
  const xiaomi = together('XIAOMI_APP_SECRET', 'XIAOMI_PACKAGE')
  const oppo = together('OPPO_APP_KEY', 'OPPO_MASTER_SECRET')
  const vivo = together('VIVO_APP_ID', 'VIVO_APP_KEY', 'VIVO_APP_SECRET')
  const honor = together('HONOR_APP_ID', 'HONOR_CLIENT_ID', 'HONOR_CLIENT_SECRET')
  if (vivo && !/^\d{1,15}$/.test(vivo.VIVO_APP_ID)) refuse('VIVO_APP_ID must be a number.')
  return {
    fcm: fcmOf(means),
    apns: apns && {
      url: url('APNS_URL'),
      sandboxUrl: url('APNS_SANDBOX_URL'),
      key: keyOf('APNS_KEY', apns.APNS_KEY, 'ec', means),
      keyId: apns.APNS_KEY_ID,
      teamId: apns.APNS_TEAM_ID,
      topics: apns.APNS_TOPICS.split(',').map((topic) => topic.trim()),
    },
    huawei: huawei && {
      url: url('HUAWEI_URL'),
      authUrl: url('HUAWEI_AUTH_URL'),
      appId: huawei.HUAWEI_APP_ID,
      appSecret: huawei.HUAWEI_APP_SECRET,
      category: read('HUAWEI_CATEGORY'),
    },
    xiaomi: xiaomi && {
      url: url('XIAOMI_URL'),
      appSecret: xiaomi.XIAOMI_APP_SECRET,
      packageName: xiaomi.XIAOMI_PACKAGE,
      channelId: read('XIAOMI_CHANNEL'),
    },
    oppo: oppo && {
      url: url('OPPO_URL'),
      appKey: oppo.OPPO_APP_KEY,
      masterSecret: oppo.OPPO_MASTER_SECRET,
      channelId: read('OPPO_CHANNEL'),
    },
    vivo: vivo && {
      url: url('VIVO_URL'),
      appId: vivo.VIVO_APP_ID,
      appKey: vivo.VIVO_APP_KEY,
      appSecret: vivo.VIVO_APP_SECRET,
      category: read('VIVO_CATEGORY'),
    },
    honor: honor && {
      url: url('HONOR_URL'),
      authUrl: url('HONOR_AUTH_URL'),
      appId: honor.HONOR_APP_ID,
      clientId: honor.HONOR_CLIENT_ID,
      clientSecret: honor.HONOR_CLIENT_SECRET,
    },
  }
}

/** The file that Google gives for a service account, as it is or in base64. */
function fcmOf(means: Means): PushConfig['fcm'] {
  const { read, refuse } = means
  const given = read('FCM_SERVICE_ACCOUNT').trim()
  if (given === '') return null
  const text = given.startsWith('{') ? given : Buffer.from(given, 'base64').toString()
  const account = objectIn(text)
  const field = (name: string): string => {
    const value = account?.[name]
    if (typeof value !== 'string' || value === '') {
      return refuse(`FCM_SERVICE_ACCOUNT must be the JSON of a service account, with ${name}.`)
    }
    return value
  }
  const tokenUrl = field('token_uri')
  if (!isAddress(tokenUrl, means)) refuse('FCM_SERVICE_ACCOUNT has a token_uri without https:.')
  return {
    url: addressOf('FCM_URL', means),
    tokenUrl,
    projectId: field('project_id'),
    clientEmail: field('client_email'),
    privateKey: keyOf('FCM_SERVICE_ACCOUNT', field('private_key'), 'rsa', means),
    privateKeyId: field('private_key_id'),
  }
}

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** A key in PEM; line breaks may be written as \n, and the lines around it be left out. */
function keyOf(name: SettingName, given: string, type: 'rsa' | 'ec', means: Means): string {
  const lines = given.replaceAll('\\n', '\n').trim()
  const pem = lines.startsWith('-----')
    ? lines
    : `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----`
  try {
    if (createPrivateKey(pem).asymmetricKeyType === type) return pem
  } catch {
    // Said below.
  }
  return means.refuse(`${name} has no private key that can be read.`)
}

/** Keys and names of people go there: only by TLS, but in tests. */
function addressOf(name: SettingName, means: Means): string {
  const url = means.read(name).trim().replace(/\/+$/, '')
  if (isAddress(url, means)) return url
  return means.refuse(`${name} must be an address like https://push.example.com.`)
}

function isAddress(url: string, { isOpen }: Means): boolean {
  return (isOpen ? /^https?:$/ : /^https:$/).test(URL.parse(url)?.protocol ?? '')
}
