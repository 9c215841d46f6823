// Port: delivers one notification to one registration, of a browser or of a phone.

/** Who takes notifications to a device. `web` are the push services of browsers. */
export const pushKinds = [
  'web',
  'fcm',
  'apns',
  'huawei',
  'xiaomi',
  'oppo',
  'vivo',
  'honor',
] as const
export type PushKind = (typeof pushKinds)[number]
export type PhoneKind = Exclude<PushKind, 'web'>

export interface Browser {
  readonly kind: 'web'
  readonly endpoint: string
  readonly p256dh: string
  readonly auth: string
}

export interface Phone {
  readonly kind: PhoneKind
  readonly token: string
  /** Which of the operator's apps it is; null: the only one, or the first. */
  readonly app_id: string | null
  readonly is_sandbox: boolean
}

export type Registration = Browser | Phone

/** Something to be shown. A newer one of the same conversation takes its place. */
export interface Notification {
  readonly title: string
  readonly body: string
  readonly conversation_id: number
  readonly from_user_id: string
  /** In that conversation. */
  readonly unread: number
  /** In all. */
  readonly badge: number
  /** It takes the place of one that is shown, and makes no sound. */
  readonly is_quiet: boolean
}

/** Nothing is to be shown of a conversation any more. */
export interface Clearing {
  readonly clear: true
  readonly conversation_id: number
  readonly badge: number
  /** What a browser shows in its place, since it has to show something. */
  readonly body: string
}

export type Notice = Notification | Clearing

export function isClearing(notice: Notice): notice is Clearing {
  return 'clear' in notice
}

/** Where an app is woken without anything being shown: OPPO and vivo send nothing else. */
const clearingKinds: ReadonlySet<PushKind> = new Set(['fcm', 'apns', 'huawei', 'xiaomi', 'honor'])

export function wakes(kind: PushKind): boolean {
  return clearingKinds.has(kind)
}

/**
 * What kept a notification from being taken. None of it says that the device is gone: a name that
 * nobody knows, a line that is down, our key or clock, one payload, a service that is too busy.
 */
export type PushTrouble =
  /** The name has no address now, or nobody said so in time. */
  | 'unresolved'
  /** The name leads to an inner address; see PUSH_PRIVATE_HOSTS. */
  | 'inner'
  | 'unreachable'
  | 'timeout'
  /** 3xx: followed nowhere. */
  | 'redirected'
  /** Our key, or our clock. */
  | 'unauthorized'
  | 'tooLarge'
  /** Fewer, or later. */
  | 'limited'
  /** 400 and whatever else means that the request was wrong. */
  | 'refused'
  /** 5xx. */
  | 'unavailable'

/** `gone`: the only answer that ends a registration. `unusable`: its keys are none. */
export type PushOutcome = 'sent' | 'gone' | 'unusable' | PushTrouble

export interface PushAnswer {
  readonly outcome: PushOutcome
  /** The status of the answer, if there was one. */
  readonly status: number | null
  /** What was said besides, as a code of the provider's: `Unregistered`. */
  readonly said: string | null
  /** How long it wants to be left alone, or 0. */
  readonly waitSeconds: number
  /** Nobody was asked: the outcome is that of somebody else's, a moment ago. */
  readonly held: boolean
}

export interface PushOptions {
  /** Seconds the push service keeps it for a device that is away (RFC 8030 TTL). */
  readonly ttlSeconds: number
  /** A newer one with the same topic replaces an undelivered one (RFC 8030 section 5.4). */
  readonly topic: string
}

export interface Pusher<R extends Registration = Registration> {
  send(to: R, notice: Notice, options: PushOptions): Promise<PushAnswer>
}

/** All that are set up here. */
export interface Pushers extends Pusher {
  readonly kinds: readonly PushKind[]
}

/** Outcomes that another attempt may change. */
export function isTrouble(outcome: PushOutcome): outcome is PushTrouble {
  return outcome !== 'sent' && outcome !== 'gone' && outcome !== 'unusable'
}

/** Nobody has said anything. */
export function unanswered(outcome: PushOutcome): PushAnswer {
  return { outcome, status: null, said: null, waitSeconds: 0, held: false }
}
