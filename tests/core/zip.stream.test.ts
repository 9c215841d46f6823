// A ZIP with files behind it: what programs make of it, and what is left out.
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'bun:test'
import { unzipSync } from 'fflate'
import { streamOf } from '../../src/core/streams.ts'
import { appended, type AppendedFile } from '../../src/core/zip.stream.ts'
import { ZipWriter } from '../../src/infra/zip.ts'
import { run } from '../../src/local/child'

const at = new Date('2026-03-04T05:06:08Z')

/** With a file so long that its directory is far behind its beginning. */
async function begun(): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  const bounds = { chunkBytes: 1_000, bytesMax: 1_000_000_000 }
  const zip = new ZipWriter(bounds, at, async (piece) => void pieces.push(piece))
  for (let n = 0; n < 12; n++) {
    await zip.begin(`${n}.json`)
    await zip.write(Array.from({ length: 400 }, () => crypto.randomUUID()).join())
  }
  await zip.finish()
  return pieces
}

const fileOf = (name: string, bytes: number): AppendedFile => ({
  name,
  at,
  size: bytes,
  open: async () =>
    streamOf(
      (async function* pieces() {
        for (let left = bytes; left > 0; left -= 100_000) {
          yield new Uint8Array(Math.min(left, 100_000)).fill(left % 251)
        }
      })(),
    ),
})

async function* each<T>(all: readonly T[]) {
  yield* all
}

async function whole(files: readonly AppendedFile[], bytesMax = 1_000_000_000, filesMax = 100) {
  const zip = appended(each(await begun()), each(files), { bytesMax, filesMax })
  return Buffer.concat(await Array.fromAsync(zip))
}

test('any program finds what was there and what was put behind it', async () => {
  const gone = { ...fileOf('gone', 5), open: async () => null }
  const zip = await whole([fileOf('a/鷸.bin', 230_000), gone, fileOf('empty', 0)])
  const files = unzipSync(zip)
  expect(Object.keys(files)).toHaveLength(14)
  expect([files['a/鷸.bin']!.length, files['empty']!.length]).toEqual([230_000, 0])
  expect(files['a/鷸.bin']!.slice(-30_001, -29_999)).toEqual(
    new Uint8Array([130_000 % 251, 30_000 % 251]),
  )
  const unzip = Bun.which('unzip') ?? Bun.which('python3')
  if (!unzip) return
  const path = join(tmpdir(), `curlew-${process.pid}.zip`)
  await Bun.write(path, zip)
  const args = unzip.endsWith('unzip') ? ['-t', path] : ['-m', 'zipfile', '-t', path]
  const { code, text } = await run({ command: unzip, args, cwd: tmpdir() })
  await rm(path)
  expect({ code, text: code === 0 ? '' : text }).toEqual({ code: 0, text: '' })
})

test('what there is no room for is left out', async () => {
  const room = (await whole([])).length + 250_000
  const files = [fileOf('one', 100_000), fileOf('large', 200_000), fileOf('two', 10_000)]
  const names = (zip: Uint8Array) => Object.keys(unzipSync(zip)).filter((n) => !n.endsWith('json'))
  expect(names(await whole(files, room))).toEqual(['one', 'two'])
  expect(names(await whole(files, undefined, 2))).toEqual(['one', 'large'])
})
