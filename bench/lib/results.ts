// Results on disk: what the table, the plots and the README are made of.
import { join } from 'node:path'

const folder = join(import.meta.dir, '../results')

export function resultPath(name: string): string {
  return join(folder, name)
}

/** Laid out by the formatter, which checks these files like all others. */
export async function writeResult(name: string, result: unknown) {
  const path = resultPath(`${name}.json`)
  await Bun.write(path, `${JSON.stringify(result, null, 2)}\n`)
  await Bun.spawn([process.execPath, 'fmt', '--no-script', path], {
    stdout: 'ignore',
    stderr: 'ignore',
  }).exited
}

export async function writePlot(name: string, svg: string) {
  await Bun.write(resultPath(`${name}.svg`), svg)
}

export async function readResult<T>(name: string): Promise<T | undefined> {
  const file = Bun.file(resultPath(`${name}.json`))
  return (await file.exists()) ? ((await file.json()) as T) : undefined
}
