// maintenance: everything somebody has here as one ZIP, read page by page and kept in pieces.
import type { BaseContext } from '../src/context.ts'
import { limits } from '../src/features/departure/limits.ts'
import { exported } from '../src/features/all.ts'
import {
  abandonExport,
  beginExport,
  finishExport,
  keepChunk,
  type Build,
} from '../src/features/departure/exports.ts'
import { ZipTooLarge, ZipWriter } from '../src/infra/zip.ts'
import { exportFiles, exportSchema, type ExportFile } from '../src/protocol/export.ts'
import { giveUp } from './outcome.ts'
import type { Work } from './work.ts'

/** Begun again after a crash, it is built anew under a number of its own. */
export async function buildExport({ ctx }: Work, job: { export: number }): Promise<void> {
  const build = await beginExport(ctx.sql, job.export)
  if (!build) return
  try {
    await writeExport(ctx, build)
  } catch (error) {
    if (!(error instanceof ZipTooLarge)) throw error
    await abandonExport(ctx.sql, build)
    throw giveUp('exportTooLarge')
  }
  await finishExport(ctx, build)
}

async function writeExport(ctx: BaseContext, build: Build): Promise<void> {
  let n = 0
  const zip = new ZipWriter(limits.export, ctx.clock.now(), (chunk) =>
    keepChunk(ctx.sql, build, n++, chunk),
  )
  await zip.begin('schema.json')
  await zip.write(JSON.stringify(exportSchema, null, 2))
  for (const file of Object.keys(exportFiles) as ExportFile[]) {
    await zip.begin(`${file}.json`)
    const rows = exported[file](ctx.sql, build.user)
    await (exportFiles[file].type === 'array' ? writeList(zip, rows) : writeOne(zip, rows))
  }
  await zip.finish()
}

async function writeList(zip: ZipWriter, list: AsyncIterable<readonly object[]>): Promise<void> {
  let before = '[\n'
  for await (const rows of list) {
    if (rows.length === 0) continue
    await zip.write(before + rows.map((row) => JSON.stringify(row)).join(',\n'))
    before = ',\n'
  }
  await zip.write(before === '[\n' ? '[]\n' : '\n]\n')
}

async function writeOne(zip: ZipWriter, list: AsyncIterable<readonly object[]>): Promise<void> {
  for await (const [row] of list) await zip.write(JSON.stringify(row, null, 2))
}
