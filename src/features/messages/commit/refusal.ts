// What a sender is told of a draft that was not stored.
import { Failure } from '../../../core/failure.ts'
import type { ErrorName } from '../../../protocol/errors.ts'
import { verdicts, type CommitRow } from './store.ts'

const refusals: Readonly<Record<number, Exclude<ErrorName, 'validation'>>> = {
  [verdicts.idReused]: 'clientIdReused',
  [verdicts.notMember]: 'conversationNotFound',
  [verdicts.closed]: 'notAllowed',
  [verdicts.muted]: 'muted',
  [verdicts.replyMissing]: 'messageNotFound',
  [verdicts.slow]: 'tooManyRequests',
  [verdicts.notAllowed]: 'notAllowed',
  [verdicts.unwanted]: 'conflict',
}

export function refusalOf({ verdict, wait_seconds }: CommitRow): Failure | undefined {
  const name = refusals[verdict]
  if (!name) return undefined
  return new Failure(name, verdict === verdicts.slow ? { retry_after: wait_seconds ?? 1 } : null)
}
