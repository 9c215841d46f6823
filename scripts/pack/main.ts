// bun run pack [folder]: the SDK as a package, `dist/curlew-client-<version>.tgz` as a rule. What
// fails a check is not left there.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build, root } from './build.ts'
import {
  type BundleSize,
  bundleBytesMax,
  bundleSize,
  checkResolution,
  checkTypes,
  lintPackage,
  replicaBytesMax,
} from './check.ts'

const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} KB`

const told = (size: BundleSize) =>
  `${kilobytes(size.minifiedBytes)} minified, ${kilobytes(size.compressedBytes)} compressed`

async function pack(folder: string, to: string): Promise<void> {
  const name = await build(folder)
  await checkTypes(folder, root)
  const size = await bundleSize(join(folder, 'client', 'client.js'), bundleBytesMax)
  const whole = await bundleSize(join(folder, 'replica.js'), replicaBytesMax)
  await lintPackage(join(folder, name))
  await checkResolution(join(folder, name), root)
  mkdirSync(to, { recursive: true })
  copyFileSync(join(folder, name), join(to, name))
  console.log(join(to, name))
  console.log(`In a bundle: ${told(size)}; at most ${kilobytes(bundleBytesMax)}.`)
  console.log(`With a replica: ${told(whole)}; at most ${kilobytes(replicaBytesMax)}.`)
}

const folder = mkdtempSync(join(tmpdir(), 'curlew-pack-'))
try {
  await pack(folder, resolve(process.argv[2] ?? join(root, 'dist')))
} catch (error) {
  const all = error instanceof AggregateError ? error.errors : [error]
  for (const each of all) console.error(each instanceof Error ? each.message : String(each))
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
