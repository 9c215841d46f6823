// Decides which log lines of a child a person should see, and shows them short.

const pinoWarn = 40

/** A JSON log line of ours at warn or above, in one readable line; undefined when not worth it. */
function fromPino(line: string) {
  try {
    const entry = JSON.parse(line) as {
      level?: unknown
      msg?: unknown
      err?: { message?: unknown }
    }
    if (typeof entry.level !== 'number') return undefined
    if (entry.level < pinoWarn) return undefined
    const cause = entry.err?.message ? ` (${String(entry.err.message)})` : ''
    return `${entry.level >= 50 ? 'error' : 'warning'}: ${String(entry.msg ?? line)}${cause}`
  } catch {
    return undefined
  }
}

export function warningIn(line: string) {
  if (line.startsWith('{')) return fromPino(line)
  const serious = /\b(WARNING|FATAL|PANIC):\s+(.*)/.exec(line)
  return serious ? `${serious[1]}: ${serious[2]}` : undefined
}
