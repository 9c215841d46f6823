// The programs of the server as the local installation calls them, and the one-shot ones it runs.
import { Child } from './child.ts'
import { LocalFailure } from './failure.ts'

export type Commands = {
  api: readonly string[]
  workers: readonly string[]
  cli: readonly string[]
}

const bun = process.execPath

export const ourCommands: Commands = {
  api: [bun, 'src/main.ts'],
  workers: [bun, 'workers/main.ts'],
  cli: [bun, 'src/cli.ts'],
}

export type Call = {
  command: readonly string[]
  args: readonly string[]
  cwd: string
  env: Record<string, string | undefined>
  stdin?: string
}

/** Runs an operator command to its end; a failure carries what it said. */
export async function call({ command, args, cwd, env, stdin }: Call, problem: string) {
  const [program = '', ...before] = command
  const all = [...before, ...args]
  const child = new Child({ command: program, args: all, cwd, env, ...(stdin && { stdin }) })
  const { code } = await child.exited
  if (code !== 0) throw new LocalFailure(problem, child.tail())
}

const readyTimeoutMs = 60_000
const readyPollMs = 100

/** Resolves when the API answers that it is ready; a death before that is final. */
export function untilReady(url: string, child: Child) {
  const answers = () =>
    fetch(url)
      .then(({ ok }) => ok)
      .catch(() => false)
  return until(answers, child, 'The API')
}

/** Resolves when the workers take jobs; a death before that is final. */
export function untilWorking(child: Child) {
  return until(() => child.isReady, child, 'The workers')
}

async function until(isReady: () => boolean | Promise<boolean>, child: Child, who: string) {
  const end = performance.now() + readyTimeoutMs
  while (!child.exit && performance.now() < end) {
    if (await isReady()) return
    await Bun.sleep(readyPollMs)
  }
  const what = child.exit ? 'ended before being ready' : 'did not become ready'
  throw new LocalFailure(`${who} ${what}. Its last words:`, child.tail())
}
