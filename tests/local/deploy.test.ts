// The samples for proxies and systemd: what reads them takes them, and they start what there is.
import { expect, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootDir } from '../../src/local/paths.ts'

const read = (name: string) => readFileSync(join(rootDir, 'deploy', name), 'utf8')

async function says(command: string[]): Promise<[number, string]> {
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' })
  const said = await new Response(child.stderr).text()
  return [await child.exited, said]
}

test.skipIf(!Bun.which('nginx'))('nginx takes its sample', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'curlew-nginx-'))
  // Without the certificate, which only the person who deploys it has.
  const site = read('nginx.conf')
    .replace('443 ssl', '8443')
    .replaceAll(/ssl_\w+ .*;/g, '')
  const files = `error_log ${dir}/error; pid ${dir}/pid;`
  writeFileSync(join(dir, 'nginx.conf'), `${files} events {} http { access_log off; ${site} }`)
  const [code, said] = await says(['nginx', '-t', '-c', join(dir, 'nginx.conf')])
  rmSync(dir, { recursive: true })
  expect([code, said]).toEqual([0, expect.stringContaining('test is successful')])
})

test.skipIf(!Bun.which('caddy'))('Caddy takes its sample', async () => {
  const file = join(rootDir, 'deploy', 'Caddyfile')
  const [code, said] = await says(['caddy', 'adapt', '--adapter', 'caddyfile', '--config', file])
  expect([code, said.includes('error')]).toEqual([0, false])
})

test('the units start programs that package.json knows, and stop after the drain', () => {
  const scripts = Object.values(
    JSON.parse(read('../package.json')).scripts as Record<string, string>,
  )
  for (const unit of ['curlew-api@.service', 'curlew-workers@.service']) {
    const text = read(unit)
    const started = /bun (src|workers)\/main\.ts/.exec(text)?.[0] ?? ''
    expect(scripts).toContain(started)
    expect(Number(/TimeoutStopSec=(\d+)/.exec(text)?.[1])).toBeGreaterThan(10)
  }
})

test('who writes the settings of a unit is told which of them the file would overrule', () => {
  for (const unit of ['curlew-api@.service', 'curlew-workers@.service']) {
    const [comment, rest] = read(unit).split('[Unit]') as [string, string]
    const line = /^Environment=.*$/m.exec(rest)![0].slice('Environment='.length)
    const set = line.match(/\w+(?==)/g) ?? []
    for (const name of [...set, 'METRICS_PORT']) expect(comment).toContain(name)
  }
})
