// email: renders a mail and hands it to the mail server.
import { Failure } from '../src/core/failure.ts'
import { openLetter } from '../src/features/accounts/mails.ts'
import type { Jobs } from '../src/infra/queues.ts'
import type { Work } from './handlers.ts'
import { render } from './mails.ts'

export async function mailLetter(work: Work, job: Jobs['email']['letter']): Promise<void> {
  if (!work.mailer) throw new Failure('mailUnavailable')
  await work.mailer.send(render(openLetter(work.ctx.seal, job.sealed)))
}
