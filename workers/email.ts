// email: renders a mail and hands it to the mail server.
import { Failure } from '../src/core/failure.ts'
import { limits } from '../src/core/limits.ts'
import type { Jobs } from '../src/infra/queues.ts'
import { codeMail } from './mails.ts'
import type { Work } from './handlers.ts'

export async function mailCode(work: Work, job: Jobs['email']['code']): Promise<void> {
  if (!work.mailer) throw new Failure('mailUnavailable')
  const code = work.ctx.seal.open(job.sealed)
  const minutes = limits.code.lifeMs / 60_000
  await work.mailer.send(codeMail(job.email, code, minutes, job.locale === 'zh' ? 'zh' : 'en'))
}
