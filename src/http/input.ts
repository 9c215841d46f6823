// Path, query and body of a request as one checked input.
import type { TObject } from '@sinclair/typebox'
import { Failure, invalid } from '../core/failure.ts'
import { cut } from '../core/graphemes.ts'
import { checkOf } from '../protocol/check.ts'
import { badText } from '../protocol/codec.ts'
import type { Operation } from '../protocol/operation.ts'
import { prepare } from '../protocol/prepare.ts'
import { refusedBy } from '../protocol/refused.ts'
import { readText } from './body.ts'

export interface Parts {
  readonly params: Record<string, string>
  readonly query: Record<string, string>
  readonly body: unknown
}

/** The JSON body; none at all is `{}`. */
export async function readBody(request: Request): Promise<unknown> {
  const text = await readText(request)
  if (text === '') return {}
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/([\w.+-]*\+)?json\b/i.test(type)) {
    throw new Failure('badRequest', { field: 'content-type', expected: 'application/json' })
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new Failure('badRequest', { field: 'body', expected: 'JSON' })
  }
}

/** Refuses a name that stands twice: whoever looked at the request before may have read the other. */
export function checkQuery(url: string): void {
  const start = url.indexOf('?')
  if (start === -1) return
  const seen = new Set<string>()
  for (const name of new URLSearchParams(url.slice(start + 1)).keys()) {
    if (seen.has(name))
      throw new Failure('badRequest', { field: cut(name, 64), reason: 'duplicate' })
    seen.add(name)
  }
}

/** One object of all three; ids that stand in two places must agree. */
export function inputOf(operation: Operation, parts: Parts): Record<string, unknown> {
  agree(parts)
  const params = check(operation.params, convert(operation.params, parts.params))
  const query = check(operation.query, convert(operation.query, parts.query))
  const body = check(operation.body, operation.body ? parts.body : {})
  const input: Record<string, unknown> = {}
  for (const part of [params, query, body]) {
    for (const [name, value] of Object.entries(part)) {
      if (Object.hasOwn(input, name) && input[name] !== value) {
        throw new Failure('badRequest', { field: name, reason: 'conflict' })
      }
      input[name] = value
    }
  }
  return input
}

/** An id in the path, and the same name with another value in the body or query: no guess is made. */
function agree({ params, query, body }: Parts): void {
  for (const part of [query, body]) {
    if (typeof part !== 'object' || part === null) continue
    for (const [name, value] of Object.entries(params)) {
      if (!Object.hasOwn(part, name)) continue
      const other = (part as Record<string, unknown>)[name]
      // Only of plain values: a stranger's object may have a toString of its own.
      if (other !== value && !(typeof other === 'number' && String(other) === value)) {
        throw new Failure('badRequest', { field: name, reason: 'conflict' })
      }
    }
  }
}

/**
 * Text from an address as the schema's numbers and booleans; only what is written as one. TypeBox's
 * own conversion would take `1.5` and `1e3` for the id 1.
 */
function convert(schema: TObject | undefined, part: Record<string, string>): unknown {
  if (!schema) return {}
  const converted = Object.entries(part).map(([name, text]) => {
    const type: unknown = schema.properties[name]?.['type']
    if (type === 'integer' && /^-?\d{1,32}$/.test(text)) return [name, Number(text)]
    if (type === 'boolean' && /^(true|false)$/.test(text)) return [name, text === 'true']
    return [name, text]
  })
  return Object.fromEntries(converted)
}

/** The fields the schema names, all of them right; others are dropped. */
function check(schema: TObject | undefined, part: unknown): Record<string, unknown> {
  if (!schema) return {}
  prepare(schema, part)
  const compiled = checkOf(schema)
  if (!compiled.Check(part)) {
    throw new Failure('validation', refusedBy(compiled.Errors(part).First(), 'body'))
  }
  const found = part as Record<string, unknown>
  const bad = badText(found)
  if (bad !== undefined) throw invalid(bad, 'pattern')
  const known = Object.keys(schema.properties).filter((name) => Object.hasOwn(found, name))
  return Object.fromEntries(known.map((name) => [name, found[name]]))
}
