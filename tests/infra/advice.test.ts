// What people would miss is said loudly in production: at the start, and by the doctor.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { adviceOn, proxyAdvice } from '../../src/advice.ts'
import { loadConfig } from '../../src/config.ts'
import { rootDir } from '../../src/local/paths.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation } from '../support/installation.ts'

let app: Installation
beforeAll(async () => {
  app = await install({ workers: false })
})
afterAll(() => app[Symbol.asyncDispose]())

const production = {
  NODE_ENV: 'production',
  RATE_LIMITS: 'on',
  PASSWORD_HASH_KIB: '',
  LOG_LEVEL: 'info',
  PORT: '0',
}
const envOf = (more: Record<string, string>) => ({
  PATH: process.env['PATH'],
  ...app.env,
  ...production,
  ...more,
})

async function doctor(more: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, 'src/cli.ts', 'doctor'], {
    cwd: rootDir,
    env: envOf(more),
    stdout: 'pipe',
  })
  const said = await new Response(child.stdout).text()
  const warned = said.split('\n').filter((line) => / WARN /.test(line))
  return { code: await child.exited, warned: warned.map((line) => line.split(' ')[0]) }
}

test('a setting that is missing is advice in production, and none elsewhere', () => {
  const at = (more: Record<string, string>) =>
    adviceOn(loadConfig({ ...app.env, ...production, ...more } as Record<string, string>))
  expect(at({ SMTP_HOST: '', PUBLIC_URL: '' }).map(({ what }) => what)).toEqual(['Mail', 'Address'])
  expect(at({ SMTP_HOST: 'mail', PUBLIC_URL: 'https://chat.example' })).toEqual([])
  expect(at({ SMTP_HOST: '', PUBLIC_URL: '', NODE_ENV: 'development' })).toEqual([])
})

test('a proxy nobody declared is noticed by its headers, remembered, and told to the doctor', async () => {
  const well = { SMTP_HOST: 'mail.example', PUBLIC_URL: 'https://chat.example' }
  const child = Bun.spawn([process.execPath, 'src/main.ts'], {
    cwd: rootDir,
    env: envOf(well),
    stdout: 'pipe',
  })
  let out = ''
  const reading = (async () => {
    for await (const chunk of child.stdout) out += Buffer.from(chunk).toString()
  })()
  const port = await eventually(() => /"port":(\d+)/.exec(out)?.[1], { what: 'a port' })
  const url = `http://127.0.0.1:${port}/api/v1/ping`
  await fetch(url)
  expect(out).not.toContain(proxyAdvice)
  for (const header of ['x-real-ip', 'x-forwarded-for', 'via']) {
    await fetch(url, { headers: { [header]: '203.0.113.7' } })
  }
  await eventually(() => out.includes(proxyAdvice), { what: 'the warning' })
  await eventually(async () => (await doctor(well)).warned.includes('Proxies'), {
    what: 'the doctor’s warning',
  })
  child.kill('SIGTERM')
  await Promise.all([reading, child.exited])
  // Once per process, however many come through.
  expect(out.split(proxyAdvice)).toHaveLength(2)
  expect((await doctor({ ...well, TRUSTED_PROXIES: '1' })).warned).toEqual([])
  const bare = await doctor({ SMTP_HOST: '', PUBLIC_URL: '' })
  expect(bare).toMatchObject({ code: 0, warned: ['Mail', 'Address', 'Proxies'] })
}, 120_000)
