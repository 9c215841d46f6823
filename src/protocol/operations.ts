// Every operation of the REST door by name.
import { accounts } from './accounts.ts'
import { friends } from './friends.ts'
import { conversations, messages } from './messages.ts'
import { moments } from './moments.ts'
import type { Input, Output } from './operation.ts'
import { presence } from './presence.ts'
import { ownership } from './ownership.ts'
import { push } from './push.ts'

export const operations = {
  ...accounts,
  ...ownership,
  ...friends,
  ...conversations,
  ...messages,
  ...presence,
  ...moments,
  ...push,
}

export type Operations = typeof operations
export type OperationName = keyof Operations
export type InputOf<N extends OperationName> = Input<Operations[N]>
export type OutputOf<N extends OperationName> = Output<Operations[N]>
