// For the workers: a notification to one browser or phone, or what takes the place of one it shows.
import type { BaseContext } from '../../context.ts'
import { digest } from '../../core/seal.ts'
import { isTrouble, isClearing, wakes, type Notice, type Pusher } from '../../infra/push.ts'
import type { PushAnswer, PushKind, Registration } from '../../infra/push.ts'
import type { AttemptState, PushSettings } from '../../protocol/push.ts'
import { unreadOf } from '../conversations/listing.ts'
import { findProfiles } from '../people/people.ts'
import { pushDefaults, pushSettingsOf } from '../settings/push.ts'
import { limits } from './limits.ts'
import { note, noteOnce, wordsOf } from './log.ts'
import { pauseOf, type Pause } from './pauses.ts'
import { notificationOf, silenceOf, takenBack } from './rules.ts'
import { clearFailing, deleteGone, findLiving, markFailing, type LivingRow } from './store.ts'
import { findChanged, findWaiting, type Waiting } from './waiting.store.ts'

/** How long a push service keeps a notification for a device that is away. */
const ttlSeconds = 24 * 3600

export interface Job {
  readonly subscription: number
  readonly conversation: number
}

export interface Delivery extends PushAnswer {
  readonly kind: PushKind
  /** The kind of a phone's provider, or the host of a browser's push service. */
  readonly service: string
  /** To be tried again: not taken, and still of use when the service may be asked next. */
  readonly owed: boolean
  /** What it shows is not true any more. */
  readonly outdated: boolean
}

/**
 * What became of it, when to look again, or null when there was nothing to say: read meanwhile, signed
 * out, dropped. Each registration is a job of its own, so that none rings again because another one failed.
 */
export async function deliver(
  ctx: BaseContext,
  pusher: Pusher,
  job: Job,
): Promise<Delivery | Pause | null> {
  const to = await findLiving(ctx.sql, job.subscription, job.conversation)
  const waiting = to && (await findWaiting(ctx.sql, to.user_id, job.conversation))
  if (!to || !waiting) return null
  const skip = async (answer: string) => {
    await noteOnce(ctx, { to, conversation: job.conversation, state: 'skipped', answer })
    return null
  }
  const silence = silenceOf(waiting)
  if (silence !== null) return silence === 'muted' ? skip(silence) : null
  // A job that comes twice, or for what was said while another one was under way.
  if (to.shown_seq !== null && waiting.seq <= to.shown_seq) return null
  const settings = wishesOf(to)
  const pause = await pauseOf(ctx, to, settings)
  if (pause === 'here') return skip('here')
  if (pause) {
    if (!isOfUse(ctx, waiting.sent_at, pause.seconds)) return skip(answers[pause.pause])
    if (pause.pause === 'pushBurst') return pause
    const answer = answers[pause.pause]
    await noteOnce(ctx, { to, conversation: job.conversation, state: 'later', answer })
    return pause
  }
  const notice = await compose(ctx, to, { waiting, settings, isQuiet: false })
  if (!notice) return null
  const sending = { to, notice, seq: waiting.seq, since: waiting.sent_at }
  const delivery = await send(ctx, pusher, sending)
  return { ...delivery, outdated: delivery.outcome === 'sent' && (await hasChanged(ctx, waiting)) }
}

/** While it was on its way, when nobody could know yet that it would be shown. */
async function hasChanged(ctx: BaseContext, shown: Waiting): Promise<boolean> {
  const now = await findChanged(ctx.sql, shown.message_id)
  return now !== undefined && (now.recalled || now.content !== shown.content)
}

const answers = { pushQuiet: 'quiet_hours', pushHere: 'here', pushBurst: 'burst' } as const

/** In place of what a device shows: what is there still to be read, or nothing. */
export async function update(
  ctx: BaseContext,
  pusher: Pusher,
  job: Job & { readonly isEdit: boolean },
): Promise<Delivery | null> {
  const to = await findLiving(ctx.sql, job.subscription, job.conversation)
  if (!to?.shown_at) return null
  const settings = wishesOf(to)
  if (job.isEdit && settings.preview === 'none') return null
  const waiting = await findWaiting(ctx.sql, to.user_id, job.conversation)
  const silence = silenceOf(waiting)
  if (silence === 'muted') return null
  const notice =
    waiting && silence === null
      ? await compose(ctx, to, { waiting, settings, isQuiet: true })
      : await clear(ctx, to, job.conversation)
  return notice && send(ctx, pusher, { to, notice, seq: to.shown_seq, since: to.shown_at })
}

interface Composed {
  readonly waiting: Waiting
  readonly settings: PushSettings
  readonly isQuiet: boolean
}

async function compose(
  ctx: BaseContext,
  { user_id }: LivingRow,
  { waiting, settings: { preview }, isQuiet }: Composed,
): Promise<Notice | null> {
  const [profiles, badge] = await Promise.all([
    findProfiles(ctx.sql, user_id, [waiting.from_id]),
    unreadOf(ctx.sql, user_id),
  ])
  const from = profiles.get(waiting.from_id)
  return from ? notificationOf({ waiting, from, preview, badge, isQuiet }) : null
}

/** A browser shows that something was taken back: it may not show nothing. */
async function clear(
  ctx: BaseContext,
  { user_id, kind, locale }: LivingRow,
  conversation_id: number,
): Promise<Notice | null> {
  if (kind !== 'web' && !wakes(kind)) return null
  const badge = await unreadOf(ctx.sql, user_id)
  return { clear: true, conversation_id, badge, body: takenBack(locale) }
}

function wishesOf({ settings, account }: LivingRow): PushSettings {
  return settings ?? (account ? pushSettingsOf(account) : pushDefaults)
}

interface Sending {
  readonly to: LivingRow
  readonly notice: Notice
  /** Of the newest message that is shown, or was. */
  readonly seq: number | null
  /** From when on it grows old. */
  readonly since: Date
}

async function send(
  ctx: BaseContext,
  pusher: Pusher,
  { to, notice, seq, since }: Sending,
): Promise<Delivery> {
  const { conversation_id: conversation } = notice
  // 32 URL-safe characters at most (RFC 8030 section 5.4); tells the push service nothing.
  const topic = digest(`conversation ${conversation}`).toString('base64url').slice(0, 32)
  const registration = registrationOf(to)
  const answer = await pusher.send(registration, notice, { ttlSeconds, topic })
  const isPassing = isTrouble(answer.outcome) && !isFinal(registration, answer)
  const owed = isPassing && isOfUse(ctx, since, answer.waitSeconds)
  const state = stateOf(notice, answer, owed)
  const noted = { to, conversation, state, answer: wordsOf(answer), seq }
  await (answer.held ? noteOnce(ctx, noted) : note(ctx, noted))
  await remember(ctx, to, answer)
  const service = serviceOf(registration)
  return { ...answer, kind: to.kind, service, owed, outdated: false }
}

function isOfUse({ clock }: BaseContext, since: Date, waitSeconds: number): boolean {
  return clock.now().getTime() + waitSeconds * 1000 < since.getTime() + limits.push.lifeMs
}

function stateOf(notice: Notice, { outcome }: PushAnswer, owed: boolean): AttemptState {
  if (outcome === 'sent') return isClearing(notice) ? 'cleared' : 'sent'
  if (outcome === 'gone') return outcome
  return owed ? 'later' : 'failed'
}

function registrationOf(row: LivingRow): Registration {
  const { kind, endpoint, p256dh, auth, token, app_id, is_sandbox } = row
  if (kind !== 'web') return { kind, token: token ?? '', app_id, is_sandbox }
  return { kind, endpoint: endpoint ?? '', p256dh: p256dh ?? '', auth: auth ?? '' }
}

function serviceOf(to: Registration): string {
  return to.kind === 'web' ? new URL(to.endpoint).host : to.kind
}

/** A provider that has understood a request and refused it refuses it again, and counts how often. */
function isFinal(to: Registration, { outcome }: PushAnswer): boolean {
  return to.kind !== 'web' && (outcome === 'refused' || outcome === 'tooLarge')
}

/** Only a service that knows it no more ends a registration; all else is written beside it. */
async function remember(ctx: BaseContext, to: LivingRow, answer: PushAnswer): Promise<void> {
  const { outcome, held } = answer
  if (outcome === 'gone') return deleteGone(ctx.sql, to)
  if (outcome === 'sent' && to.failing_since) return clearFailing(ctx.sql, to.id)
  if (!isTrouble(outcome) || held) return
  const words = wordsOf(answer)
  const why = words === outcome ? outcome : `${outcome} (${words})`
  const now = ctx.clock.now()
  // An outage of hours is many attempts: one of them in a while says that it lasts.
  const fresh = now.getTime() - (to.failed_at?.getTime() ?? 0) < limits.push.noteMs
  if (!fresh || to.failing_why !== why) await markFailing(ctx.sql, to.id, why, now)
}
