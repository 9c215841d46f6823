// docs/openapi.json is food for a public generator: types are made of it, a client is checked against
// them and talks to the real server.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import openapiTS, { astToString } from 'openapi-typescript'
import { install, type Installation } from '../support/installation.ts'

const root = join(import.meta.dir, '..', '..')

let app: Installation
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'curlew-generated-'))
  app = await install()
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function runs(...command: string[]): Promise<{ code: number; said: string }> {
  const child = Bun.spawn([process.execPath, ...command], {
    cwd: folder,
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  const code = await child.exited
  return { code, said: code === 0 ? out.trim() : `${out}${err}` }
}

const strict = {
  compilerOptions: {
    target: 'ESNext',
    module: 'Preserve',
    lib: ['ESNext', 'DOM'],
    types: ['bun-types'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ['*.ts'],
}

test('a generated client compiles, and two people talk through it', async () => {
  const document = await Bun.file(join(root, 'docs', 'openapi.json')).json()
  const types = astToString(await openapiTS(document))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  await Bun.write(join(folder, 'schema.ts'), types)
  await Bun.write(join(folder, 'tsconfig.json'), JSON.stringify(strict))
  const program = await Bun.file(join(import.meta.dir, 'smoke', 'client.ts')).text()
  await Bun.write(join(folder, 'client.ts'), program)
  const checked = await runs('check', '--no-script')
  expect(checked.code, checked.said).toBe(0)

  const { code, said } = await runs('client.ts', app.url())
  expect({ code, said }).toEqual({
    code: 0,
    said: JSON.stringify({ refused: true, read: 'hello from a generated client', from: true }),
  })

  // The types are no sieve: a client that errs does not compile.
  await Bun.write(
    join(folder, 'client.ts'),
    program.replace('message_type: 1', "message_type: '1'"),
  )
  expect((await runs('check', '--no-script')).code).not.toBe(0)
})
