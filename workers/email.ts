// email: renders a mail, hands it to the mail server, and remembers who takes none.
import { digest } from '../src/core/seal.ts'
import { digestFor, noteMailed } from '../src/features/digests/letter.ts'
import { suppress, unsuppress, suppressionOf } from '../src/features/mails/suppression.ts'
import { openLetter, type Letter } from '../src/features/mails/letter.ts'
import type { Jobs } from '../src/infra/queues.ts'
import { render } from './mails/render.ts'
import { giveUp, retry } from './outcome.ts'
import type { Work } from './work.ts'

/**
 * A mail that could not be sent now is tried again until it is too old to be of use. Nothing that
 * is thrown or logged here quotes the mail, the address, or the mail server, which may quote both.
 */
export async function mailLetter(work: Work, job: Jobs['email']['letter']): Promise<void> {
  const letter = open(work, job.sealed)
  await mail(work, letter, idOf(job.sealed))
}

/** What waits for somebody, as it is now. Once it was taken the same is not mailed again. */
export async function mailDigest(work: Work, job: Jobs['email']['digest']): Promise<void> {
  const { ctx } = work
  const letter = await digestFor(ctx, job)
  if (!letter) return ctx.metrics.mails.inc({ outcome: 'expired' })
  const outcome = await mail(work, letter, idOf(`digest ${job.user} ${job.at}`))
  if (outcome === 'sent') await remember(work, noteMailed(ctx, job))
}

/** Answers what became of it, where it is not to be tried again. */
async function mail(
  work: Work,
  letter: Letter,
  id: string,
): Promise<'expired' | 'dead' | 'sent' | 'refused'> {
  const { ctx, mailer } = work
  const count = <O extends string>(outcome: O): O => {
    ctx.metrics.mails.inc({ outcome })
    return outcome
  }
  const { kind, to } = letter
  const now = ctx.clock.now()
  if (letter.goodUntil <= now.getTime()) return count('expired')
  const state = await suppressionOf(ctx, to, now)
  if (state === 'dead') return count('dead')
  if (!mailer) {
    count('later')
    throw retry('mailNoServer')
  }
  const answer = await mailer.send(render(letter, { id, sender: ctx.config.mailFrom }))
  if (answer.outcome === 'refused') {
    ctx.log.warn({ kind, reply: answer.reply }, 'a mail was refused for good')
    if (answer.dead) await remember(work, suppress(ctx, to, answer.reply, now))
  }
  if (answer.outcome === 'sent' && state === 'doubtful') await remember(work, unsuppress(ctx, to))
  // Counted last: what is counted is also remembered.
  count(answer.outcome)
  if (answer.outcome === 'later') throw retry('mailLater', { detail: answer.reply })
  // An address that is dead is known to be from now on; any other refusal somebody should look at.
  if (answer.outcome === 'refused' && !answer.dead) {
    throw giveUp('mailRefused', { detail: answer.reply, logged: true })
  }
  return answer.outcome
}

/** Sealed under another secret it stays shut. No cause is kept: it may quote what was sealed. */
function open({ ctx }: Work, sealed: string): Letter {
  try {
    return openLetter(ctx.seal, sealed)
  } catch {
    throw giveUp('mailUnreadable')
  }
}

/** The mail is settled whatever becomes of this: failing now would send it once more. */
async function remember({ ctx }: Work, writing: Promise<unknown>): Promise<void> {
  await writing.catch((err) => ctx.log.warn({ err }, 'what became of an address is not written'))
}

/** Sealed once, when it was written: the same in every attempt and in every job for it. */
function idOf(sealed: string): string {
  return digest(sealed).toString('hex').slice(0, 32)
}
