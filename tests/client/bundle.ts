// The SDK as one file of JavaScript, as a page or a Node program gets it.
import { join } from 'node:path'
import { rootDir } from '../../src/local/paths'

export async function bundle(target: 'browser' | 'node'): Promise<string> {
  const entrypoints = [join(rootDir, 'src', 'client', 'client.ts')]
  const { outputs } = await Bun.build({ entrypoints, target, minify: true })
  return await outputs[0]!.text()
}
