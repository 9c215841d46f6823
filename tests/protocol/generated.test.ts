// What is generated and committed is what the source says now.
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { withBlocks } from '../../docs/writers/readme.ts'
import { envExample } from '../../docs/writers/environment.ts'

const root = join(import.meta.dir, '..', '..')

test('no generated file is stale', async () => {
  const command = [process.execPath, join('docs', 'generate.ts'), '--check']
  const child = Bun.spawn(command, { cwd: root, stdout: 'pipe', stderr: 'pipe' })
  const said = await new Response(child.stderr).text()
  expect({ code: await child.exited, said }).toEqual({ code: 0, said: '' })
})

test('.env.example sets nothing by itself', () => {
  const lines = envExample().split('\n')
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
})

test('blocks replace what stands between their markers and nothing else', () => {
  const file = 'a\n<!-- generated: settings -->\nold\n<!-- /generated -->\nb\n'
  const blocks = new Map([['settings', '| new |']])
  const once = withBlocks(file, blocks)
  expect(once).toBe('a\n<!-- generated: settings -->\n\n| new |\n\n<!-- /generated -->\nb\n')
  expect(withBlocks(once, blocks)).toBe(once)
  expect(withBlocks(file + file, blocks)).toBe(once + once)
  expect(() => withBlocks(file, new Map())).toThrow('unknown block "settings"')
})
