// The pushers that are set up here, by kind: what boots the workers makes them once.
import type { PushConfig } from '../config.push.ts'
import type { Line } from './push.ask.ts'
import { apns } from './push.apns.ts'
import { Breaker } from './push.breaker.ts'
import { fcm } from './push.fcm.ts'
import { honor } from './push.honor.ts'
import { huawei } from './push.huawei.ts'
import { oppo } from './push.oppo.ts'
import { PhonePusher, type Dialect } from './push.phone.ts'
import {
  unanswered,
  type Browser,
  type Phone,
  type PhoneKind,
  type PushKind,
  type Pusher,
  type Pushers,
} from './push.ts'
import { vivo } from './push.vivo.ts'
import { xiaomi } from './push.xiaomi.ts'

type Dialects = {
  readonly [K in PhoneKind]: (config: NonNullable<PushConfig[K]>, line: Line) => Dialect
}

const dialects: Dialects = { fcm, apns, huawei, xiaomi, oppo, vivo, honor }

/** Told when a provider is left alone for a while, and when it is asked again. */
export type TellHeld = (kind: PhoneKind, isHeld: boolean) => void

export function createPushers(
  web: Pusher<Browser>,
  config: PushConfig,
  line: Line,
  tell: TellHeld,
): Pushers {
  const phones = new Map<PushKind, Pusher<Phone>>()
  for (const kind of Object.keys(dialects) as PhoneKind[]) {
    const dialect = dialectOf(kind, config, line)
    if (!dialect) continue
    const pusher = new PhonePusher(line, dialect)
    phones.set(kind, new Breaker(pusher, line.clock, (isOpen) => tell(kind, isOpen)))
  }
  return {
    kinds: ['web', ...phones.keys()],
    async send(to, notice, options) {
      if (to.kind === 'web') return web.send(to, notice, options)
      // Set up when it was registered, and no more.
      return phones.get(to.kind)?.send(to, notice, options) ?? unanswered('unusable')
    },
  }
}

function dialectOf<K extends PhoneKind>(kind: K, config: PushConfig, line: Line): Dialect | null {
  const own = config[kind]
  return own === null ? null : dialects[kind](own as NonNullable<PushConfig[K]>, line)
}
