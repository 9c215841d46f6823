// Every operation of the REST door by name.
import * as conversations from './conversations.ts'
import * as departure from './departure.ts'
import * as friends from './friends.ts'
import * as messages from './messages.ts'
import * as moments from './moments.ts'
import type { Input, Output } from './operation.ts'
import * as people from './people.ts'
import * as presence from './presence.ts'
import * as push from './push.ts'
import * as signin from './signin.ts'

export const operations = {
  ...people.operations,
  ...signin.operations,
  ...friends.operations,
  ...messages.operations,
  ...conversations.operations,
  ...presence.operations,
  ...moments.operations,
  ...push.operations,
  ...departure.operations,
}

export type Operations = typeof operations
export type OperationName = keyof Operations
export type InputOf<N extends OperationName> = Input<Operations[N]>
export type OutputOf<N extends OperationName> = Output<Operations[N]>
