// Which methods an address takes: what Elysia answers 404 may be a known path asked the wrong way.

export interface Known {
  readonly method: string
  readonly path: string
}

/** Values of an `Allow` header, or undefined where there is nothing to say. */
export interface Methods {
  /** Of any path; undefined where nothing is, whatever the method. */
  readonly of: (path: string) => string | undefined
  /**
   * Of a path that is registered as it stands. It is that and nothing else, whichever patterns
   * it fits as well: `/users/login` is no user. Elysia looks per method and knows no such thing.
   */
  readonly ofLiteral: (path: string) => string | undefined
}

export function methodsOf(routes: () => readonly Known[]): Methods {
  // Made when somebody first asks: by then every door has brought its routes.
  let made: Table | undefined
  const table = () => (made ??= tableOf(routes()))
  const ofLiteral = (path: string) => table().literals.get(withoutSlash(path))
  return {
    ofLiteral,
    of: (path) => ofLiteral(path) ?? ofPatterns(table(), path),
  }
}

interface Table {
  readonly literals: ReadonlyMap<string, string>
  readonly patterns: readonly { readonly method: string; readonly pattern: RegExp }[]
}

function tableOf(routes: readonly Known[]): Table {
  const [patterns, literals] = [true, false].map((wanted) =>
    routes.filter(({ path }) => isPattern(path) === wanted),
  ) as [Known[], Known[]]
  const byPath = Map.groupBy(literals, ({ path }) => withoutSlash(path))
  return {
    literals: new Map([...byPath].map(([path, each]) => [path, listOf(each)])),
    patterns: patterns.map(({ method, path }) => ({ method, pattern: patternOf(path) })),
  }
}

function ofPatterns({ patterns }: Table, path: string): string | undefined {
  const here = patterns.filter((each) => each.pattern.test(path))
  return here.length === 0 ? undefined : listOf(here)
}

function listOf(routes: readonly { readonly method: string }[]): string {
  const taken = routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return [...new Set(taken)].toSorted().join(', ')
}

/** A slash at the end does not matter. */
function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

export function isPattern(path: string): boolean {
  return /[:*]/.test(path)
}

/** Elysia's patterns: `:name` is one segment, a star the rest. */
function patternOf(path: string): RegExp {
  const parts = path.split(/(:\w+|\*)/).map((part) => {
    if (part === '*') return '.*'
    return part.startsWith(':') ? '[^/]+' : RegExp.escape(part)
  })
  return new RegExp(`^${parts.join('')}/?$`)
}
