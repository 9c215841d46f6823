// REST routes of push.
import type { Routes } from '../routes.ts'
import { key, subscribe, unsubscribe } from './registrations.ts'

export const pushRoutes: Routes<'push'> = {
  'push.key': key,
  'push.subscribe': subscribe,
  'push.unsubscribe': unsubscribe,
}
