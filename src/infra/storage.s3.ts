// S3 adapter of the storage port: for S3 itself and for whatever speaks its protocol.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  type CompletedPart,
  type ListMultipartUploadsCommandOutput,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { FetchHttpHandler } from '@smithy/fetch-http-handler'
import type { S3Place } from '../config.media.ts'
import { assert, must } from '../core/assert.ts'
import type { Clock } from '../core/clock.ts'
import { limits } from './limits.ts'
import { partsOf, unlessCut, type Part } from './storage.parts.ts'
import type { LinkOptions, Storage } from './storage.ts'

/** Without what others do with it. */
export type S3Config = Omit<S3Place, 'redirects'>

interface Markers {
  readonly KeyMarker?: string
  readonly UploadIdMarker?: string
}

export class S3Storage implements Storage {
  readonly #client: S3Client
  readonly #bucket: { readonly Bucket: string }

  constructor(
    config: S3Config,
    private readonly clock: Clock,
    private readonly partBytes: number = limits.s3.partBytes,
  ) {
    this.#bucket = { Bucket: config.bucket }
    this.#client = new S3Client({
      region: config.region,
      forcePathStyle: config.pathStyle,
      ...(config.endpoint ? { endpoint: config.endpoint } : {}),
      ...(config.key
        ? { credentials: { accessKeyId: config.key.id, secretAccessKey: config.key.secret } }
        : {}),
      maxAttempts: limits.s3.attemptsMax,
      // Newer checksums than many servers know; TLS and signatures do their work.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // Bun's own fetch: streams of `node:https` have stood still there (oven-sh/bun#27557).
      requestHandler: new FetchHttpHandler({
        keepAlive: true,
        customFetch: ((request: Request) => this.#fetch(request)) as typeof fetch,
      }),
    })
  }

  async put(key: string, body: ReadableStream<Uint8Array>, facts: { mime: string; size?: number }) {
    const at = this.#at(key)
    const parts = partsOf(body, this.partBytes)
    try {
      const first = must((await parts.next()).value, 'a stream has a first part')
      if (!first.isLast) return await this.#putParts(at, first, parts, facts)
      mustBeWhole(first.bytes.length, facts.size)
      const about = { ContentType: facts.mime, ContentLength: first.bytes.length }
      await this.#client.send(new PutObjectCommand({ ...at, ...about, Body: first.bytes }))
      return first.bytes.length
    } finally {
      // Nobody reads on, so whoever sends need not.
      void parts.return(undefined)
    }
  }

  async get(key: string, range?: { start: number; end: number }) {
    const part = range ? { Range: `bytes=${range.start}-${range.end}` } : {}
    const found = await orNull(
      this.#client.send(new GetObjectCommand({ ...this.#at(key), ...part })),
    )
    if (!found) return null
    const stream = must(found.Body, 'what is there has a body').transformToWebStream()
    const body = unlessCut(stream, found.ContentLength, this.clock, limits.s3.silenceMs)
    // Where a proxy in between does not pass on how long an answer is, another question does.
    const whole = found.ContentRange?.split('/')[1] ?? found.ContentLength
    return { body, size: Number(whole ?? (await this.stat(key))?.size) }
  }

  async stat(key: string) {
    const found = await orNull(this.#client.send(new HeadObjectCommand(this.#at(key))))
    if (!found) return null
    const changedAt = must(found.LastModified, 'an object has a time')
    return { size: must(found.ContentLength, 'an object has a size'), changedAt }
  }

  /** One by one: many at once is what servers differ in most, and not all have it. */
  async remove(keys: string[]): Promise<void> {
    const waiting = keys.map((key) => this.#at(key)).values()
    const removeRest = async () => {
      for (const at of waiting) await orNull(this.#client.send(new DeleteObjectCommand(at)))
    }
    const done = await Promise.allSettled(
      Array.from({ length: limits.s3.removalsAtOnce }, () => removeRest()),
    )
    const failed = done.find((each) => each.status === 'rejected')
    if (failed) throw failed.reason
  }

  async list(prefix: string, after?: string) {
    const from = after === undefined ? {} : { StartAfter: after }
    const page = { Prefix: prefix, MaxKeys: limits.s3.pageKeys, ...from }
    const found = await this.#client.send(new ListObjectsV2Command({ ...this.#bucket, ...page }))
    const keys = (found.Contents ?? []).map((each) => must(each.Key, 'an object has a key'))
    return { keys, next: found.IsTruncated ? must(keys.at(-1), 'a page is not empty') : null }
  }

  linkTo(key: string, { seconds, mime, disposition }: LinkOptions): Promise<string> {
    const shown = { ResponseContentType: mime, ResponseContentDisposition: disposition }
    return getSignedUrl(this.#client, new GetObjectCommand({ ...this.#at(key), ...shown }), {
      expiresIn: seconds,
      signingDate: this.clock.now(),
    })
  }

  /** It costs space and is seen in no list of objects. */
  async abortUnfinished(before: Date): Promise<number> {
    let aborted = 0
    let from: Markers | null = {}
    while (from) {
      const found: ListMultipartUploadsCommandOutput = await this.#client.send(
        new ListMultipartUploadsCommand({ ...this.#bucket, ...from }),
      )
      for (const { Key, UploadId, Initiated } of found.Uploads ?? []) {
        if (!Key || !UploadId || !Initiated || Initiated >= before) continue
        await this.#abort({ ...this.#bucket, Key, UploadId })
        aborted++
      }
      from = found.IsTruncated
        ? {
            KeyMarker: must(found.NextKeyMarker, 'a page has an end'),
            UploadIdMarker: must(found.NextUploadIdMarker, 'a page has an end'),
          }
        : null
    }
    return aborted
  }

  close(): void {
    this.#client.destroy()
  }

  async #putParts(
    at: { Bucket: string; Key: string },
    first: Part,
    rest: AsyncIterable<Part>,
    { mime, size }: { mime: string; size?: number },
  ): Promise<number> {
    const begin = new CreateMultipartUploadCommand({ ...at, ContentType: mime })
    const { UploadId } = await this.#client.send(begin)
    const upload = { ...at, UploadId: must(UploadId, 'an upload has an id') }
    try {
      const done: CompletedPart[] = []
      let bytes = 0
      const send = async (part: Part) => {
        const PartNumber = done.length + 1
        if (PartNumber > limits.s3.partsMax) throw new Error('too large for one object')
        const ContentLength = part.bytes.length
        const { ETag } = await this.#client.send(
          new UploadPartCommand({ ...upload, PartNumber, ContentLength, Body: part.bytes }),
        )
        done.push({ PartNumber, ETag: must(ETag, 'a part has a tag') })
        bytes += ContentLength
      }
      await send(first)
      for await (const part of rest) await send(part)
      mustBeWhole(bytes, size)
      const end = { ...upload, MultipartUpload: { Parts: done } }
      await this.#client.send(new CompleteMultipartUploadCommand(end))
      return bytes
    } catch (error) {
      await this.#abort(upload).catch(() => {})
      throw error
    }
  }

  async #abort(upload: { Bucket: string; Key: string; UploadId: string }): Promise<void> {
    await orNull(this.#client.send(new AbortMultipartUploadCommand(upload)))
  }

  #at(key: string) {
    assert(/^[a-z0-9_-]+(\/[a-z0-9_-]+)*$/.test(key) && key.length <= 200, 'a key is one of ours')
    return { ...this.#bucket, Key: key }
  }

  /** Until the answer begins; what keeps its body is `unlessCut`. */
  async #fetch(request: Request): Promise<Response> {
    const late = new AbortController()
    const timer = this.clock.after(limits.s3.answerMs, () => late.abort())
    try {
      return await fetch(request, {
        redirect: 'manual',
        signal: AbortSignal.any([request.signal, late.signal]),
      })
    } catch (cause) {
      if (request.signal.aborted) throw cause
      // The client tries again what says so of itself.
      throw Object.assign(new Error('no answer', { cause }), { $retryable: {} })
    } finally {
      timer.stop()
    }
  }
}

function mustBeWhole(bytes: number, size: number | undefined): void {
  if (size !== undefined && bytes !== size) throw new Error(`${bytes} bytes came, not ${size}`)
}

/** 404: no such thing; 416: nothing in that range. That there is no such bucket is another matter. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    const { httpStatusCode } =
      (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {}
    if (httpStatusCode === 404 || httpStatusCode === 416) return null
    throw error
  }
}
