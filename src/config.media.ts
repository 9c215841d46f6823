// The part of the configuration that is about files: where they lie, how many there may be.
import type { SettingName } from './settings.ts'

/** Where uploaded files lie, how they are reached, and how much of them there may be. */
export interface MediaConfig {
  readonly dir: string
  /** Null: on the disk, in `dir`. */
  readonly s3: S3Place | null
  /** Who looks whether files do harm. */
  readonly clamd:
    { readonly host: string; readonly port: number } | { readonly path: string } | null
  /** Empty: where everything else is. */
  readonly url: string
  readonly fileBytesMax: number
  /** Of one person: in all, and in 24 hours. */
  readonly quotaBytes: number
  readonly dailyBytes: number
  readonly linkSeconds: number
}

export interface S3Place {
  /** Empty for S3 itself. */
  readonly endpoint: string
  readonly region: string
  readonly bucket: string
  /** Null: what the surroundings offer, such as the role of the machine. */
  readonly key: { readonly id: string; readonly secret: string } | null
  /** The bucket stands in the path and not in the name of the host, as most servers but S3 want it. */
  readonly pathStyle: boolean
  /** Who follows a link is sent there, and does not get the bytes through us. */
  readonly redirects: boolean
}

type Read = (name: SettingName) => string

interface Means {
  readonly read: Read
  readonly whole: (name: SettingName, min: number, max: number) => number
  readonly choice: (name: SettingName, choices: readonly string[]) => string
  /** Empty or one that can be reached. */
  readonly address: (name: SettingName) => string
  /** Throws what an operator needs to read. */
  readonly refuse: (sentence: string) => never
}

const mebibyte = 1_048_576

export function mediaConfig(means: Means): MediaConfig {
  const { read, whole, address } = means
  return {
    dir: read('MEDIA_DIR'),
    s3: means.choice('STORAGE', ['disk', 's3']) === 's3' ? s3Of(means) : null,
    clamd: clamdOf(means),
    url: address('MEDIA_URL'),
    fileBytesMax: whole('MEDIA_FILE_MB', 1, 4_095) * mebibyte,
    quotaBytes: whole('MEDIA_QUOTA_MB', 1, 1_048_576) * mebibyte,
    dailyBytes: whole('MEDIA_DAILY_MB', 1, 1_048_576) * mebibyte,
    linkSeconds: whole('MEDIA_LINK_SECONDS', 1, 86_400),
  }
}

function s3Of({ read, choice, address, refuse }: Means): S3Place {
  const [id, secret] = [read('S3_ACCESS_KEY_ID'), read('S3_SECRET_ACCESS_KEY')]
  if ((id === '') !== (secret === '')) {
    refuse(`${id === '' ? 'S3_ACCESS_KEY_ID' : 'S3_SECRET_ACCESS_KEY'} is missing.`)
  }
  const bucket = read('S3_BUCKET')
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    refuse('S3_BUCKET must be the name of a bucket.')
  }
  return {
    endpoint: address('S3_ENDPOINT'),
    region: read('S3_REGION'),
    bucket,
    key: id === '' ? null : { id, secret },
    pathStyle: choice('S3_PATH_STYLE', ['on', 'off']) === 'on',
    redirects: choice('S3_READS', ['stream', 'redirect']) === 'redirect',
  }
}

function clamdOf({ read, refuse }: Means): MediaConfig['clamd'] {
  const place = read('CLAMD')
  if (place === '') return null
  if (place.startsWith('/')) return { path: place }
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^\s:/]+):(\d{1,5})$/i.exec(place) ?? []
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    return refuse('CLAMD must be empty, host:port or the path of a socket.')
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) }
}
