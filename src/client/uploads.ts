// Files on their way up: small ones by one form, others in chunks by tus 1.0, which go on where a line
// that was cut, or a reload, left them.
import type { Media } from '../protocol/media.ts'
import { deferred } from './deferred.ts'
import { asCurlewError, closed, CurlewError } from './error.ts'
import type { Limits } from './limits.ts'
import { aborted } from './locks.ts'
import { unixMilliseconds, type Clock } from './ports.ts'
import type { Rest } from './rest.ts'
import { readBytes, sizedSource, type Source, type UploadSource } from './source.ts'
import { begin, goOn, look, terminate, type Place } from './tus.ts'
import type { Vault } from './vault.ts'

export interface Progress {
  /** Bytes that the server has; they only grow. */
  readonly sent: number
  readonly total: number
}

export interface UploadOptions {
  /** Hears how far it is; at the beginning, after each chunk, and at the end. */
  readonly onProgress?: (progress: Progress) => void
  /** Ends it; what the server has of it is deleted. */
  readonly signal?: AbortSignal
  /** For what has no name of its own. */
  readonly filename?: string
  /**
   * By what it is known again after a reload. A `File` needs none: its name, size, type and time say it.
   * Whatever else has none goes on after a cut, and begins anew after a reload.
   */
  readonly resumeKey?: string
}

/** An upload that is not done, as it is kept over a reload. */
export interface Remembered {
  readonly key: string
  readonly id: string
  /** Unix milliseconds. */
  readonly until: number
}

export interface UploadPorts {
  readonly rest: Rest
  readonly clock: Clock
  readonly limits: Limits
  readonly vault: Vault<Remembered[]>
  call(id: number, signal: AbortSignal): Promise<Media>
  onError(error: unknown): void
}

interface Run extends UploadOptions {
  readonly source: Source
  /** Aborts by the caller's signal, and when everything ends. */
  readonly stop: AbortController
  /** What it is remembered by; undefined: not at all. */
  readonly key: string | undefined
  sent: number
}

export class Uploads {
  readonly #ports: UploadPorts
  readonly #runs = new Set<Run>()
  readonly #turns = new Set<() => void>()
  #running = 0
  #over: CurlewError | undefined
  /** Read once, then kept with what is written. */
  #kept: Promise<Remembered[]> | undefined

  constructor(ports: UploadPorts) {
    this.#ports = ports
  }

  async upload(given: UploadSource, options: UploadOptions = {}): Promise<Media> {
    const { uploadsMax } = this.#ports.limits
    if (this.#over) throw this.#over
    if (this.#runs.size >= uploadsMax) {
      throw new CurlewError({ reason: 'full', msg: 'Too many uploads are under way.' })
    }
    const source = sizedSource(given, options.filename)
    const key = options.resumeKey ?? source.key
    // The same file a second time goes up beside the first, not into it.
    const isTwice = [...this.#runs].some((each) => each.key === key)
    const stop = new AbortController()
    const run: Run = { ...options, source, stop, key: isTwice ? undefined : key, sent: -1 }
    const give = () => stop.abort()
    if (options.signal?.aborted) give()
    options.signal?.addEventListener('abort', give, { once: true })
    this.#runs.add(run)
    try {
      await this.#turn(run)
      return await this.#send(run)
    } catch (error) {
      throw this.#why(run) ?? error
    } finally {
      this.#runs.delete(run)
      options.signal?.removeEventListener('abort', give)
    }
  }

  /** What is remembered stays for a later run, unless it is to be dropped. */
  async close(error: CurlewError, drop: boolean): Promise<void> {
    this.#over = error
    for (const { stop } of this.#runs) stop.abort()
    if (drop) this.#ports.vault.write([])
    await this.#ports.vault.flushed()
  }

  #why({ stop, signal }: Run): CurlewError | undefined {
    if (!stop.signal.aborted) return undefined
    if (signal?.aborted) return new CurlewError({ reason: 'aborted', msg: 'Aborted.' })
    return this.#over ?? closed()
  }

  /** A few at a time: more would only share the line. */
  async #turn({ stop: { signal } }: Run): Promise<void> {
    while (this.#running >= this.#ports.limits.uploadsFlyingMax && !signal.aborted) {
      const { promise, resolve } = deferred()
      const leave = () => {
        this.#turns.delete(resolve)
        resolve()
      }
      this.#turns.add(resolve)
      signal.addEventListener('abort', leave, { once: true })
      await promise
      signal.removeEventListener('abort', leave)
    }
    this.#running++
  }

  async #send(run: Run): Promise<Media> {
    try {
      if (run.stop.signal.aborted) throw closed()
      const isSmall = run.source.size <= this.#ports.limits.formBytesMax
      const media = isSmall ? await this.#asForm(run) : await this.#inChunks(run)
      this.#tell(run, run.source.size)
      return media
    } finally {
      this.#running--
      const [next] = this.#turns
      if (next) this.#turns.delete(next)
      next?.()
    }
  }

  /** One request. Unanswered it is made again; a copy that came for nothing goes by itself. */
  async #asForm(run: Run): Promise<Media> {
    const { rest, limits } = this.#ports
    const { name, type, size } = run.source
    this.#tell(run, 0)
    const body = new FormData()
    body.set('file', new Blob([await readBytes(run.source, 0, size)], { type }), name)
    const asked = { method: 'POST', path: '/upload/file', body, timeoutMs: limits.chunkTimeoutMs }
    const { data } = await this.#tried(run, () => rest.ask(asked, run.stop.signal))
    return data as Media
  }

  async #inChunks(run: Run): Promise<Media> {
    const { rest, call } = this.#ports
    const { stop, key } = run
    const upload: { id: string | undefined } = { id: await this.#remembered(key) }
    try {
      const media = await this.#whole(run, upload)
      const answer = await this.#tried(run, () => call(media, stop.signal))
      this.#forget(key)
      return answer
    } catch (error) {
      if (run.signal?.aborted) {
        this.#forget(key)
        if (upload.id !== undefined) terminate(rest, upload.id)
      }
      throw error
    }
  }

  /** Chunk by chunk; after whatever goes wrong from where the server says that it is. */
  async #whole(run: Run, upload: { id: string | undefined }): Promise<number> {
    const { rest, clock, limits } = this.#ports
    const { source, stop } = run
    let place: Place | undefined
    let bytes = limits.chunkBytes
    for (let failures = 0; ;) {
      try {
        place ??= await this.#place(run, upload)
        this.#tell(run, place.offset)
        if (place.media !== undefined) return place.media
        const { offset } = place
        const since = clock.now()
        // What had come before a cut may be all of it: then nothing is left but to say so.
        const body = await readBytes(source, offset, Math.min(offset + bytes, source.size))
        const chunk = { body, timeoutMs: limits.chunkTimeoutMs }
        place = await goOn(rest, place, chunk, stop.signal)
        bytes = sized(bytes, clock.now() - since, limits)
        if (place.offset > offset) failures = 0
        else if (place.media === undefined) throw halted()
      } catch (thrown) {
        const error = asCurlewError(thrown)
        const isGone = error.status === 404 || error.status === 410
        // Of what goes wrong with a chunk the place where it left the upload says more than the error.
        const mayGoOn = upload.id !== undefined && (isGone || error.status === 409)
        if (!(error.retryable || mayGoOn) || ++failures >= limits.uploadTries) throw error
        if (isGone && !place) {
          this.#forget(run.key)
          upload.id = undefined
        }
        place = undefined
        bytes = Math.max(limits.chunkBytesMin, Math.floor(bytes / 2))
        await rest.pause(error, failures, stop.signal)
      }
    }
  }

  async #place(run: Run, upload: { id: string | undefined }): Promise<Place> {
    const { rest } = this.#ports
    const { source, stop, key } = run
    if (upload.id !== undefined) return await look(rest, upload.id, stop.signal)
    if (stop.signal.aborted) throw closed()
    const begun = begin(rest, source)
    const { until, ...place } = await Promise.race([begun, aborted(stop.signal)]).catch((error) => {
      if (run.signal?.aborted) begun.then(({ id }) => terminate(rest, id)).catch(() => {})
      throw error
    })
    upload.id = place.id
    this.#remember(key, { id: place.id, until })
    return place
  }

  /** Again after silence and what is refused for the moment. */
  async #tried<T>(run: Run, work: () => Promise<T>): Promise<T> {
    const { rest, limits } = this.#ports
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (thrown) {
        const error = asCurlewError(thrown)
        if (!error.retryable || attempt >= limits.uploadTries) throw error
        await rest.pause(error, attempt, run.stop.signal)
      }
    }
  }

  #tell(run: Run, sent: number): void {
    // A place that is behind, as after beginning anew, is not told until it is passed.
    if (sent <= run.sent) return
    run.sent = sent
    try {
      run.onProgress?.({ sent, total: run.source.size })
    } catch (error) {
      this.#ports.onError(error)
    }
  }

  async #list(): Promise<Remembered[]> {
    this.#kept ??= this.#ports.vault.read(() => {}).then((all) => all ?? [])
    return (await this.#kept).filter(({ until }) => until > unixMilliseconds())
  }

  async #remembered(key: string | undefined): Promise<string | undefined> {
    if (key === undefined) return undefined
    return (await this.#list()).find((each) => each.key === key)?.id
  }

  #remember(key: string | undefined, upload: Omit<Remembered, 'key'>): void {
    if (key !== undefined && upload.until > 0) this.#write(key, [{ key, ...upload }])
  }

  #forget(key: string | undefined): void {
    if (key !== undefined) this.#write(key, [])
  }

  #write(key: string, put: readonly Remembered[]): void {
    const { vault, limits } = this.#ports
    const kept = this.#list().then((all) =>
      [...all.filter((each) => each.key !== key), ...put].slice(-limits.uploadsRememberedMax),
    )
    this.#kept = kept
    void kept.then((all) => this.#over || vault.write(all))
  }
}

/** As much as takes about as long as is wanted, by what the last chunk took. */
function sized(bytes: number, took: number, { chunkMs, ...limits }: Limits): number {
  const factor = Math.min(2, Math.max(0.5, chunkMs / Math.max(1, took)))
  const next = Math.round(bytes * factor)
  return Math.min(limits.chunkBytesMax, Math.max(limits.chunkBytesMin, next))
}

function halted(): CurlewError {
  return new CurlewError({ reason: 'protocol', msg: 'The server takes no more.', retryable: true })
}
