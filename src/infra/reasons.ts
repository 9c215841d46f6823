// Why a job was put off or given up: all words a reason may be made of. An admin reads them on the
// board, so nothing that a person wrote, no address and no word of another server may stand in one.
import type { PushOutcome } from './push.ts'

const pushes: Readonly<Record<Exclude<PushOutcome, 'sent' | 'gone'>, string>> = {
  unresolved: 'the name of the push service has no address now',
  inner: 'the name of the push service leads into our own network',
  unreachable: 'the push service cannot be reached',
  timeout: 'the push service did not answer in time',
  redirected: 'the push service answered with a redirect, which is not followed',
  unauthorized: 'the push service does not accept our key, or our clock is wrong',
  tooLarge: 'the push service finds the notification too large',
  limited: 'the push service wants fewer notifications for now',
  refused: 'the push service refused the request',
  unavailable: 'the push service is in trouble',
  unusable: 'the device registered what nothing can be sent to from here',
}

const others = {
  databaseAway: 'the database is away',
  redisAway: 'Redis is away',
  jobUnknown: 'this version knows no job of that name',
  mailNoServer: 'no mail server is set, see SMTP_HOST',
  mailLater: 'the mail server did not take the mail now',
  mailRefused: 'the mail server refused the mail for good',
  mailUnreadable: 'the mail cannot be opened: was JWT_SECRET another one when it was written?',
  pushQuiet: 'these are quiet hours',
  pushHere: 'whoever it is for was there a moment ago',
  pushBurst: 'another notification of the conversation came a moment ago',
  mediaLater: 'the storage or the scanner is away, see the log of the workers',
  exportTooLarge: 'the export is larger than a ZIP can be',
} as const

export const reasons = { ...pushes, ...others }

export type Reason = keyof typeof reasons

/** A status, a reply code, a count: `413`, `550 5.7.1 RCPT TO`. */
const detailForm = /^[A-Z\d. ]{1,60}$/

/** What a job is said to have failed by; a detail of any other form is left out. */
export function reasonText(reason: Reason, detail: string | number | null = null): string {
  const text = reasons[reason]
  return detail !== null && detailForm.test(String(detail)) ? `${text}: ${detail}` : text
}

const texts = Object.values(reasons)

/** Whether a text can only be one of ours. */
export function isReason(text: string): boolean {
  return texts.some((each) => {
    if (!text.startsWith(each)) return false
    const rest = text.slice(each.length)
    return rest === '' || (rest.startsWith(': ') && detailForm.test(rest.slice(2)))
  })
}
