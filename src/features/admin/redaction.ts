// What an admin may see of a job: ids, counts and places in our code, never what anybody said.
// Everything is hidden that is not known to be harmless.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Jobs } from '../../infra/queues.ts'
import { isReason } from '../../infra/reasons.ts'
import { en } from '../../texts/en.ts'

export const hidden = '[hidden]'

const itemsMax = 50
const depthMax = 6

/** Strings our own code chooses from short lists; a word of a message cannot stand there. */
const words: Readonly<Record<string, RegExp>> = {
  kind: new RegExp(`^(${Object.keys(en.mails).join('|')})$`),
  type: /^(fixed|exponential|patient)$/,
  jobId: /^[a-z]{0,12}-?\d{1,20}$/,
  // Of a deduplication: the ids of a person and a conversation, or of what is to be maintained.
  id: /^((erase|export|media)-)?\d{1,20}(-\d{1,20})?$/,
}

/** Data, options, progress and return values alike. */
export function redactValue(value: unknown, key = '', depth = 0): unknown {
  if (value === null || value === undefined) return value
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'string') return redactText(value, key)
  if (typeof value !== 'object' || depth === depthMax) return hidden
  if (Array.isArray(value)) return redactList(value, key, depth)
  return Object.fromEntries(
    Object.entries(value).map(([name, inner], index) => [
      // Keys are names our code has chosen; one that does not look so came from somewhere else.
      /^[a-z][a-z_]{0,30}$|^[a-z]+([A-Z][a-z]+){1,3}$/.test(name) ? name : `${hidden} ${index + 1}`,
      redactValue(inner, name, depth + 1),
    ]),
  )
}

function redactList(list: readonly unknown[], key: string, depth: number): unknown[] {
  const shown = list.slice(0, itemsMax).map((item) => redactValue(item, key, depth + 1))
  return list.length > itemsMax ? [...shown, `[${list.length - itemsMax} more]`] : shown
}

function redactText(text: string, key: string): string {
  if (key === 'frames') return `[${text === '' ? 0 : text.split('\n').length} frames hidden]`
  return words[key]?.test(text) ? text : hidden
}

/** Texts without a variable part: of jobs that the version before failed, and BullMQ's own. */
const knownReasons = new Set<string>([
  ...Object.values(en.errors),
  'job stalled more than allowable limit',
])

const hiddenReason = '[hidden: it may quote a message; the log of the workers has it]'

export function redactReason(reason: string): string {
  return reason === '' || isReason(reason) || knownReasons.has(reason) ? reason : hiddenReason
}

const knownErrors =
  /^(|Type|Range|Syntax|Reference|Aggregate|Assertion|Timeout|Abort|Postgres|Unrecoverable)Error$/

/** Classes of ours. */
const ours = new Set(['Failure', 'Retry', 'GiveUp'])

const root = resolve(import.meta.dir, '../../..')

/**
 * A stack reduced to the kind of error and the places it passed. A message may span lines and may
 * look like a stack itself: so a place is shown only when there is a file of ours there, and of
 * that line nothing but the place.
 */
export function redactStack(stack: string): string {
  const [first = '', ...rest] = stack.split('\n')
  const name = /^(\w+)(?=:|$)/.exec(first)?.[1] ?? ''
  const places = rest.flatMap((line) => placeIn(line) ?? [])
  const kind = ours.has(name) || knownErrors.test(name) ? name : 'Error'
  return [`${kind}: ${hidden}`, ...places.map((place) => `    at ${place}`)].join('\n')
}

function placeIn(line: string): string | undefined {
  const [, path, row, column] = /^\s*at .*?\(?(\/[^()]+):(\d+):(\d+)\)?$/.exec(line) ?? []
  if (!path?.startsWith(`${root}/`) || path.includes('/../') || !existsSync(path)) return undefined
  return `${path.slice(root.length + 1)}:${row}:${column}`
}

type JobName = { [Q in keyof Jobs]: keyof Jobs[Q] & string }[keyof Jobs]

const names: readonly JobName[] = [
  'messages',
  'handed',
  'events',
  'recover',
  'page',
  'deliver',
  'update',
  'notify',
  'letter',
  'digest',
  'process',
  'erase',
  'export',
]
/** A test holds this against the handlers of the workers. */
const knownNames = new Set<string>(names)

/** The parts of a job that may hold text. */
export interface JobRecord {
  readonly name?: unknown
  readonly data?: unknown
  readonly opts?: unknown
  readonly progress?: unknown
  readonly returnvalue?: unknown
  readonly failedReason?: unknown
  readonly stacktrace?: unknown
}

/** The same job without a word of anybody's. */
export function redactJob<J extends JobRecord>(job: J): J {
  const { name, failedReason, stacktrace } = job
  return {
    ...job,
    name: typeof name === 'string' && knownNames.has(name) ? name : hidden,
    data: redactValue(job.data),
    opts: redactValue(job.opts),
    progress: redactValue(job.progress),
    returnvalue: redactValue(job.returnvalue),
    failedReason: typeof failedReason === 'string' ? redactReason(failedReason) : failedReason,
    stacktrace: Array.isArray(stacktrace) ? stacktrace.filter(isText).map(redactStack) : [],
    processedBy: undefined,
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function redactLogs(lines: readonly unknown[]): string[] {
  return lines.length === 0 ? [] : [`[${lines.length} lines hidden]`]
}
