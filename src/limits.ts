// Every bound there is, by what it bounds: for documents and tests. The program asks the room's own.
import { limits as conversations } from './features/conversations/limits.ts'
import { limits as core } from './core/limits.ts'
import { limits as departure } from './features/departure/limits.ts'
import { limits as friends } from './features/friends/limits.ts'
import { limits as http } from './http/limits.ts'
import { limits as infra } from './infra/limits.ts'
import { limits as mails } from './features/mails/limits.ts'
import { limits as messages } from './features/messages/limits.ts'
import { limits as moments } from './features/moments/limits.ts'
import { limits as push } from './features/push/limits.ts'
import { limits as signin } from './features/signin/limits.ts'
import { limits as socket } from './socket/limits.ts'
import { limits as workers } from '../workers/limits.ts'

export const limits = {
  ...conversations,
  ...core,
  ...departure,
  ...friends,
  ...http,
  ...infra,
  ...mails,
  ...messages,
  ...moments,
  ...push,
  ...signin,
  ...socket,
  ...workers,
} as const
