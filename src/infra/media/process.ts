// What becomes of a file that has been uploaded: looked through, told what it is, made fit to be shown.
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { limits } from '../limits.ts'
import type { Storage } from '../storage.ts'
import { containerFacts } from './container.ts'
import { makeImage, type ImageReply } from './image.ts'
import { kindOf, type Kind } from './kind.ts'
import type { Facts } from './mp4.ts'
import { findFfmpeg, makePoster } from './poster.ts'
import { rangesOf, type Ranges } from './ranges.ts'
import type { Scanner } from './scan.ts'

export interface MediaFile {
  readonly key: string
  /** As whoever sent it says; decides only what a text is called. */
  readonly mime: string
}

const uses = ['whole', 'large', 'small'] as const

export interface Derived {
  readonly key: string
  readonly use: (typeof uses)[number]
  readonly mime: string
  readonly size: number
}

export type Refusal = 'gone' | 'virus' | 'unscannable' | 'pixels' | 'frames' | 'time' | 'memory'

export interface ProcessedMedia {
  readonly state: 'ready' | 'refused'
  readonly reason?: Refusal
  readonly mime?: string
  /**
   * May be shown by a browser from an address of ours; of an image only what is derived, never what
   * was sent. All else is an attachment.
   */
  readonly isInline?: boolean
  readonly width?: number
  readonly height?: number
  /** Seconds. */
  readonly duration?: number
  /** Base64. */
  readonly thumbhash?: string
  readonly derived: readonly Derived[]
}

/** Where what is made of a file lies; written again when a job runs again, removed with the file. */
export const derivedKeys = (key: string): string[] => uses.map((use) => `${key}_${use}`)

/** Rejects when a storage or a scanner is away; the same file may then be processed again. */
export async function processMedia(
  storage: Storage,
  scan: Scanner | null,
  file: MediaFile,
  clock: Clock,
): Promise<ProcessedMedia> {
  const { key } = file
  const found = await storage.stat(key)
  if (!found) return refused('gone')
  if (scan) {
    const said = await scan.scan(await bodyOf(storage, key))
    if (said.outcome === 'infected') return refused('virus')
    if (said.outcome === 'tooLarge') return refused('unscannable')
  }
  const { head, tail, container } = limits.media
  const ranges = rangesOf(storage, key, found.size, container)
  const start = await ranges.read(0, head)
  const end = await ranges.read(Math.max(0, found.size - tail), tail)
  const kind = await kindOf(start, end, file.mime)
  if (kind.family === 'image') return processImage(storage, key, found.size, kind, clock)
  if (kind.family === 'other') return ready(kind)
  const facts = await containerFacts(ranges, kind.mime, clock)
  // What phones and browsers record of a voice lies in the container of a video without pictures.
  if (kind.family === 'audio' || facts.width === null) return ready(heard(kind), facts)
  return processVideo(storage, key, kind, facts, ranges, clock)
}

/** What is no image after all, or too large a file to be made into one, is a file like others. */
async function processImage(
  storage: Storage,
  key: string,
  size: number,
  kind: Kind,
  clock: Clock,
): Promise<ProcessedMedia> {
  const attachment = { ...kind, isInline: false }
  if (size > limits.media.image.bytesMax) return ready(attachment)
  await using folder = await temporaryFolder()
  await download(storage, key, join(folder.path, 'file'))
  const made = await makeImage(folder.path, 'file', kind.mime, true, clock)
  if (made.outcome === 'unreadable') return ready(attachment)
  if (made.outcome !== 'made') return refused(made.outcome)
  const { reply } = made
  const derived = await keep(storage, key, folder.path, reply, kind.mime)
  const { width, height } = reply.whole ?? reply.large
  return { ...ready(kind, { width, height }), thumbhash: reply.thumbhash, derived }
}

/** A video whose first picture cannot be had is one without. */
async function processVideo(
  storage: Storage,
  key: string,
  kind: Kind,
  facts: Facts,
  { size }: Ranges,
  clock: Clock,
): Promise<ProcessedMedia> {
  const plain = ready(kind, facts)
  const ffmpeg = findFfmpeg()
  if (!ffmpeg || size > limits.media.poster.bytesMax) return plain
  await using folder = await temporaryFolder()
  await download(storage, key, join(folder.path, 'file'))
  if (!(await makePoster(ffmpeg, folder.path, 'file', kind.mime, clock))) return plain
  const made = await makeImage(folder.path, 'poster.png', 'image/png', false, clock)
  if (made.outcome !== 'made') return plain
  const derived = await keep(storage, key, folder.path, made.reply, kind.mime)
  return { ...plain, thumbhash: made.reply.thumbhash, derived }
}

const heard = (kind: Kind): Kind => ({ ...kind, mime: kind.mime.replace(/^video\//, 'audio/') })

async function keep(
  storage: Storage,
  key: string,
  folder: string,
  reply: ImageReply,
  mime: string,
): Promise<Derived[]> {
  const derived: Derived[] = []
  for (const use of uses) {
    const made = reply[use]
    if (!made) continue
    const one = {
      key: `${key}_${use}`,
      use,
      mime: use === 'whole' ? mime : 'image/webp',
      size: made.size,
    }
    await storage.put(one.key, Bun.file(join(folder, use)).stream(), one)
    derived.push(one)
  }
  return derived
}

async function bodyOf(storage: Storage, key: string): Promise<ReadableStream<Uint8Array>> {
  const found = await storage.get(key)
  if (!found) throw new Error('the file is gone')
  return found.body
}

async function download(storage: Storage, key: string, path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for await (const piece of await bodyOf(storage, key)) await file.writeFile(piece)
  } finally {
    await file.close()
  }
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'curlew-media-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const refused = (reason: Refusal): ProcessedMedia => ({ state: 'refused', reason, derived: [] })

function ready({ mime, isInline }: Kind, facts: Partial<Facts> = {}): ProcessedMedia {
  const known = Object.entries(facts).filter(([, value]) => value !== null)
  return { state: 'ready', mime, isInline, ...Object.fromEntries(known), derived: [] }
}
