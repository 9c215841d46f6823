// A ZIP made piece by piece: what has come out is handed on before more goes in.
import { Zip, ZipDeflate } from 'fflate'

export interface ZipBounds {
  /** Bytes handed on at once, but for the last. */
  readonly chunkBytes: number
  /** Of the whole and of each file: a ZIP without extensions can say no more than 2^32. */
  readonly bytesMax: number
}

/** There is more than a ZIP without extensions can say. */
export class ZipTooLarge extends Error {
  override readonly name = 'ZipTooLarge'
}

export class ZipWriter {
  readonly #zip: Zip
  #file: ZipDeflate | null = null
  #fileBytes = 0
  #bytes = 0
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #failed: Error | null = null

  constructor(
    private readonly bounds: ZipBounds,
    private readonly at: Date,
    private readonly handOn: (chunk: Uint8Array) => Promise<void>,
  ) {
    this.#zip = new Zip((error, piece) => {
      if (error) this.#failed = error
      else this.#take(piece)
    })
  }

  /** Ends the file before, if there is one. */
  async begin(name: string): Promise<void> {
    await this.#endFile()
    const file = new ZipDeflate(name, { level: 6 })
    file.mtime = this.at
    this.#zip.add(file)
    this.#file = file
    this.#fileBytes = 0
  }

  async write(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text)
    this.#fileBytes += bytes.length
    if (this.#fileBytes > this.bounds.bytesMax) throw new ZipTooLarge()
    this.#file?.push(bytes)
    await this.#flush(false)
  }

  async finish(): Promise<void> {
    await this.#endFile()
    this.#zip.end()
    await this.#flush(true)
  }

  async #endFile(): Promise<void> {
    this.#file?.push(new Uint8Array(), true)
    this.#file = null
    await this.#flush(false)
  }

  #take(piece: Uint8Array): void {
    this.#waiting.push(piece)
    this.#waitingBytes += piece.length
    this.#bytes += piece.length
  }

  async #flush(all: boolean): Promise<void> {
    if (this.#failed) throw this.#failed
    if (this.#bytes > this.bounds.bytesMax) throw new ZipTooLarge()
    const { chunkBytes } = this.bounds
    if (this.#waitingBytes < chunkBytes && !(all && this.#waitingBytes > 0)) return
    const joined = Buffer.concat(this.#waiting)
    const whole = all ? joined.length : joined.length - (joined.length % chunkBytes)
    this.#waiting = whole < joined.length ? [joined.subarray(whole)] : []
    this.#waitingBytes = joined.length - whole
    for (let from = 0; from < whole; from += chunkBytes) {
      await this.handOn(joined.subarray(from, Math.min(from + chunkBytes, whole)))
    }
  }
}
