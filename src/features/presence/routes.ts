// REST routes of presence.
import type { Routes } from '../routes.ts'
import { onlineBatch, onlineFriends } from './online.ts'

export const presenceRoutes: Routes<'presence'> = {
  'presence.friends': onlineFriends,
  'presence.batch': onlineBatch,
}
