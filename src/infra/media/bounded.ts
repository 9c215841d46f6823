// A program for one file: so much time, memory and output, and then it is ended.
import type { Clock } from '../../core/clock.ts'

export interface Bounds {
  readonly milliseconds: number
  /** Looked at every so often, where the system tells (/proc). */
  readonly memoryBytes: number
  readonly outputBytes: number
}

export type Ran =
  | { readonly outcome: 'ended'; readonly code: number; readonly output: Buffer }
  | { readonly outcome: 'time' | 'memory' | 'output' }

const lookEveryMs = 50

/** It sees no setting of ours, and nothing but its folder is named to it. */
export async function runBounded(
  command: readonly string[],
  folder: string,
  bounds: Bounds,
  clock: Clock,
): Promise<Ran> {
  const child = Bun.spawn([...command], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', TMPDIR: folder },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
  })
  let cut: 'time' | 'memory' | 'output' | null = null
  const end = (why: 'time' | 'memory' | 'output') => {
    cut ??= why
    child.kill('SIGKILL')
  }
  const timer = clock.after(bounds.milliseconds, () => end('time'))
  const watch = clock.every(lookEveryMs, () => {
    void residentBytes(child.pid).then((bytes) => bytes > bounds.memoryBytes && end('memory'))
  })
  try {
    const pieces: Uint8Array[] = []
    let bytes = 0
    for await (const piece of child.stdout) {
      bytes += piece.length
      if (bytes > bounds.outputBytes) end('output')
      else pieces.push(piece)
    }
    const code = await child.exited
    return cut ? { outcome: cut } : { outcome: 'ended', code, output: Buffer.concat(pieces) }
  } finally {
    timer.stop()
    watch.stop()
    child.kill('SIGKILL')
  }
}

/** 0 where nobody says, and for what has ended. */
async function residentBytes(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`)
    .text()
    .catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024
}
