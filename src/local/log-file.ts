// A log file that never grows past its bound: when full, it becomes the one older file we keep.
import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const logBytesMax = 10 * 1024 * 1024

export class LogFile implements Disposable {
  #path: string
  #bytesMax: number
  #file: number | undefined
  #bytes = 0

  constructor(path: string, bytesMax = logBytesMax) {
    this.#path = path
    this.#bytesMax = bytesMax
    mkdirSync(dirname(path), { recursive: true })
    this.#open()
  }

  writeLine(line: string) {
    if (this.#file === undefined) return
    if (this.#bytes >= this.#bytesMax) {
      closeSync(this.#file)
      renameSync(this.#path, `${this.#path}.1`)
      this.#open()
    }
    this.#bytes += writeSync(this.#file, `${line}\n`)
  }

  [Symbol.dispose]() {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #open() {
    this.#file = openSync(this.#path, 'a', 0o600)
    this.#bytes = statSync(this.#path).size
  }
}
