// Decides which log lines of a child a person should see, and shows them short.

const serious = ['warn', 'error', 'fatal']

/** A JSON log line of ours at warn or above, in one readable line; undefined when not worth it. */
function fromPino(line: string) {
  try {
    const entry = JSON.parse(line) as {
      level?: unknown
      msg?: unknown
      err?: { message?: unknown }
    }
    if (!serious.includes(String(entry.level))) return undefined
    const cause = entry.err?.message ? ` (${String(entry.err.message)})` : ''
    return `${entry.level === 'warn' ? 'warning' : 'error'}: ${String(entry.msg ?? line)}${cause}`
  } catch {
    return undefined
  }
}

export function warningIn(line: string) {
  if (line.startsWith('{')) return fromPino(line)
  const said = /\b(WARNING|FATAL|PANIC):\s+(.*)/.exec(line)
  return said ? `${said[1]}: ${said[2]}` : undefined
}
