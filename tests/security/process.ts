// One of our programs as its own process beside an installation: its memory and what it logs.
import { rootDir } from '../../src/local/paths.ts'
import { freePort } from '../../src/local/ports.ts'
import { eventually } from '../support/eventually.ts'
import type { Installation } from '../support/installation.ts'

export interface Program extends AsyncDisposable {
  readonly url: string
  /** Everything it has written so far, both streams. */
  readonly said: string
  readonly alive: boolean
  /** Resident memory in MiB. */
  memory(): Promise<number>
}

const scripts = { api: 'src/main.ts', workers: 'workers/main.ts' } as const

/** Starts it on the installation's database and Redis, and waits until it can serve. */
export async function startProgram(
  app: Installation,
  kind: keyof typeof scripts,
  env: Record<string, string> = {},
): Promise<Program> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let said = ''
  const child = Bun.spawn([process.execPath, scripts[kind]], {
    cwd: rootDir,
    env: {
      PATH: process.env['PATH'],
      ...app.env,
      ...env,
      PORT: `${port}`,
      // A worker has no other; one port cannot be both of the API's.
      METRICS_PORT: kind === 'workers' ? `${port}` : '0',
    },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const listen = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) said += decoder.decode(chunk, { stream: true })
  }
  const heard = Promise.all([listen(child.stdout), listen(child.stderr)])
  await eventually(
    () => {
      if (child.exitCode !== null) throw new Error(`${kind} ended: ${said}`)
      return fetch(`${url}/healthz`).then((response) => response.ok)
    },
    { what: `a running ${kind}`, within: 40_000 },
  )
  return {
    url,
    get said() {
      return said
    },
    get alive() {
      return child.exitCode === null
    },
    async memory() {
      const { stdout } = Bun.spawn(['ps', '-o', 'rss=', '-p', `${child.pid}`])
      return Number(await new Response(stdout).text()) / 1_024
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await child.exited
      await heard
    },
  }
}
