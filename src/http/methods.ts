// Which methods an address takes: what Elysia answers 404 may be a known path asked the wrong way.

export interface Known {
  readonly method: string
  readonly path: string
}

/** Answers the value of an `Allow` header, or undefined where nothing is, whatever the method. */
export function methodsOf(routes: () => readonly Known[]): (path: string) => string | undefined {
  // Made when somebody first misses: by then every door has brought its routes.
  let patterns: { method: string; pattern: RegExp }[] | undefined
  return (path) => {
    patterns ??= routes().map((each) => ({ method: each.method, pattern: patternOf(each.path) }))
    const methods = patterns.filter((each) => each.pattern.test(path)).map((each) => each.method)
    const taken = new Set(methods.flatMap((each) => (each === 'GET' ? ['GET', 'HEAD'] : [each])))
    // Browsers may ask about any address (CORS); that alone makes it no known one.
    if (taken.size === 0 || (taken.size === 1 && taken.has('OPTIONS'))) return undefined
    return [...taken].toSorted().join(', ')
  }
}

/** Elysia's patterns: `:name` is one segment, a star the rest; a slash at the end does not matter. */
function patternOf(path: string): RegExp {
  const parts = path.split(/(:\w+|\*)/).map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : RegExp.escape(part)
  })
  return new RegExp(`^${parts.join('')}/?$`)
}
