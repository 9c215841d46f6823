// A problem told to the person in one sentence, with the last words of the program that caused it.

export class LocalFailure extends Error {
  readonly details: readonly string[]

  constructor(sentence: string, details: readonly string[] = []) {
    super(sentence)
    this.details = details
  }
}

const forbidden = new Set(['EACCES', 'EPERM', 'EROFS'])

/** What the system refused, for whoever started us; undefined when it is a fault of ours. */
function refusalOf(error: unknown) {
  const { code, path, message } = error as NodeJS.ErrnoException
  if (!(error instanceof Error) || typeof code !== 'string' || !/^E[A-Z0-9]+$/.test(code)) {
    return undefined
  }
  if (code === 'ENOSPC') return 'The disk is full.'
  if (!forbidden.has(code) || !path) return `The system refused: ${message}.`
  return `${path} may not be written by this user (${code}): start as the owner of this folder.`
}

/** One sentence and the last words below it; a fault of ours keeps the trace that shows where. */
export function wordsOf(error: unknown): string {
  if (error instanceof LocalFailure) {
    return [error.message, ...error.details.map((line) => `    ${line}`)].join('\n')
  }
  return refusalOf(error) ?? (error instanceof Error ? (error.stack ?? error.message) : `${error}`)
}
