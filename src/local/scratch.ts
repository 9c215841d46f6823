// Folders that are thrown away: in memory where there is plenty of it, behind a link, so that all else finds
// them where it looks. What is written is as durable as the machine is awake, which is as long as they live.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs'
import { basename, join } from 'node:path'

const memory = '/dev/shm'
const prefix = 'curlew-'
/** Databases of a whole run take some 3 GiB; what a machine has besides is for others. */
const roomBytes = 8 * 2 ** 30

/** `TEST_MEMORY=off` keeps everything on disk. */
export function makeScratch(path: string): void {
  if (process.env['TEST_MEMORY'] === 'off' || !hasRoom()) {
    mkdirSync(path, { recursive: true })
    return
  }
  const target = mkdtempSync(join(memory, `${prefix}${basename(path)}-`))
  // Root's servers run as another user and pass through it.
  if (process.getuid?.() === 0) chmodSync(target, 0o711)
  symlinkSync(target, path)
}

/** The folder and, where it is a link of ours, what it leads to. */
export function removeScratch(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    const target = readlinkSync(path)
    if (target.startsWith(join(memory, prefix))) rmSync(target, { recursive: true, force: true })
  }
  rmSync(path, { recursive: true, force: true })
}

function hasRoom(): boolean {
  if (process.platform !== 'linux' || !existsSync(memory)) return false
  const { bavail, bsize } = statfsSync(memory)
  return Math.min(bavail * bsize, availableBytes(), allowedBytes()) >= roomBytes
}

/** What the machine could give. */
function availableBytes(): number {
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
  return Number(kib ?? 0) * 1024
}

/** What a container may take, where we run in one that says so. */
function allowedBytes(): number {
  const read = (name: string) => {
    const file = `/sys/fs/cgroup/${name}`
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : NaN
  }
  const allowed = read('memory.max') - read('memory.current')
  return Number.isNaN(allowed) ? Infinity : allowed
}
