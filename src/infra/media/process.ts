// What becomes of a file that has been uploaded: looked through, told what it is, made fit to be shown.
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { streamOf } from '../../core/streams.ts'
import { limits } from '../limits.ts'
import type { Storage } from '../storage.ts'
import { containerFacts } from './container.ts'
import { derivedKey, uses, type Use } from './derived.ts'
import { makeImage } from './image.ts'
import { kindOf, type Kind } from './kind.ts'
import { mp4Traces, type Box, type Facts } from './mp4.ts'
import { findFfmpeg, makePoster } from './poster.ts'
import { rangesOf, type Ranges } from './ranges.ts'
import type { Scanner } from './scan.ts'
import { blankTraces } from './traces.ts'

export interface MediaFile {
  readonly key: string
  /** As whoever sent it says; decides only what a text is called. */
  readonly mime: string
}

export interface Derived {
  readonly key: string
  readonly use: Use
  readonly mime: string
  readonly size: number
  /** SHA-256. */
  readonly digest: Buffer
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
  if (kind.isPicture) return keepPicture(storage, key, kind)
  if (kind.family === 'other') return ready(kind)
  const facts = await containerFacts(ranges, kind.mime, clock)
  // What phones and browsers record of a voice lies in the container of a video without pictures.
  if (kind.family === 'audio' || facts.width === null) return ready(heard(kind), facts)
  return processVideo(storage, key, kind, facts, ranges, clock)
}

/** What is no image after all, or too large a file to be made into one, is a picture to be downloaded. */
async function processImage(
  storage: Storage,
  key: string,
  size: number,
  kind: Kind,
  clock: Clock,
): Promise<ProcessedMedia> {
  const attachment = { ...kind, isInline: false }
  if (size > limits.media.image.bytesMax) return keepPicture(storage, key, attachment)
  await using folder = await temporaryFolder()
  await download(storage, key, join(folder.path, 'file'))
  const made = await makeImage(folder.path, 'file', kind.mime, true, clock)
  if (made.outcome === 'unreadable') return keepPicture(storage, key, attachment)
  if (made.outcome !== 'made') return refused(made.outcome)
  const { reply } = made
  const derived = await keep(storage, key, folder.path, reply, kind.mime)
  const { width, height } = reply.whole ?? reply.large
  return { ...ready(kind, { width, height }), thumbhash: reply.thumbhash, derived }
}

/** As it was sent, but for what a camera has written into it. */
async function keepPicture(storage: Storage, key: string, kind: Kind): Promise<ProcessedMedia> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'whole')
  await download(storage, key, path)
  // Changed in the file itself: it may be large.
  if (Bun.file(path).size === 0 || !blankTraces(Bun.mmap(path))) return ready(kind)
  const whole = { size: Bun.file(path).size }
  return { ...ready(kind), derived: await keep(storage, key, folder.path, { whole }, kind.mime) }
}

/** The same for film: what says where it was made becomes room that nobody uses, as long as it was. */
async function keepVideo(storage: Storage, key: string, kind: Kind, ranges: Ranges) {
  if (!/mp4|quicktime|3gpp/.test(kind.mime)) return []
  const traces = await mp4Traces(ranges).catch(() => [])
  if (traces.length === 0) return []
  const hasher = new Bun.CryptoHasher('sha256')
  const about = { key: derivedKey(key, 'whole'), use: 'whole' as const, mime: kind.mime }
  const body = blanked(await bodyOf(storage, key), traces, hasher)
  await storage.put(about.key, body, { ...about, size: ranges.size })
  return [{ ...about, size: ranges.size, digest: hasher.digest() }]
}

function blanked(
  body: ReadableStream<Uint8Array>,
  boxes: readonly Box[],
  hasher: Bun.CryptoHasher,
): ReadableStream<Uint8Array> {
  const free = Buffer.from('free')
  async function* pieces() {
    let at = 0
    for await (const piece of body) {
      const copy = new Uint8Array(piece)
      for (const box of boxes) {
        copy.fill(0, Math.max(0, box.start - at), Math.max(0, box.end - at))
        for (const [n, letter] of free.entries()) {
          const place = box.at + 4 + n - at
          if (place >= 0 && place < copy.length) copy[place] = letter
        }
      }
      hasher.update(copy)
      yield copy
      at += copy.length
    }
  }
  return streamOf(pieces())
}

/** A video whose first picture cannot be had is one without. */
async function processVideo(
  storage: Storage,
  key: string,
  kind: Kind,
  facts: Facts,
  ranges: Ranges,
  clock: Clock,
): Promise<ProcessedMedia> {
  const kept = await keepVideo(storage, key, kind, ranges)
  const plain = { ...ready(kind, facts), derived: kept }
  const ffmpeg = findFfmpeg()
  if (!ffmpeg || ranges.size > limits.media.poster.bytesMax) return plain
  await using folder = await temporaryFolder()
  await download(storage, key, join(folder.path, 'file'))
  if (!(await makePoster(ffmpeg, folder.path, 'file', kind.mime, clock))) return plain
  const made = await makeImage(folder.path, 'poster.png', 'image/png', false, clock)
  if (made.outcome !== 'made') return plain
  const pictures = await keep(storage, key, folder.path, made.reply, kind.mime)
  return { ...plain, thumbhash: made.reply.thumbhash, derived: [...kept, ...pictures] }
}

const heard = (kind: Kind): Kind => ({ ...kind, mime: kind.mime.replace(/^video\//, 'audio/') })

async function keep(
  storage: Storage,
  key: string,
  folder: string,
  reply: { readonly [U in Use]?: { readonly size: number } | null },
  mime: string,
): Promise<Derived[]> {
  const derived: Derived[] = []
  for (const use of uses) {
    const made = reply[use]
    if (!made) continue
    const file = Bun.file(join(folder, use))
    const hasher = new Bun.CryptoHasher('sha256')
    for await (const piece of file.stream()) hasher.update(piece)
    const one = {
      key: derivedKey(key, use),
      use,
      mime: use === 'whole' ? mime : 'image/webp',
      size: made.size,
      digest: hasher.digest(),
    }
    await storage.put(one.key, file.stream(), one)
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
