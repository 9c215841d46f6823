// What is remembered for devices that come back: no longer than a cursor is served, and of no use to its
// owner.
import type { Custody, Expiry } from '../custody.ts'
import { limits } from './limits.ts'
import {
  eraseChanges,
  forgetAccountChanges,
  forgetMemberChanges,
  forgetMessageChanges,
} from './store.ts'

const old = (now: Date) => new Date(now.getTime() - limits.sync.changesMs)

const accounts: Expiry = {
  what: 'changes of accounts',
  forget: (sql, now, rows) => forgetAccountChanges(sql, old(now), rows),
  isLarge: true,
}

const messages: Expiry = {
  what: 'changes of messages',
  forget: (sql, now, rows) => forgetMessageChanges(sql, old(now), rows),
  isLarge: true,
}

const members: Expiry = {
  what: 'changes of members',
  forget: (sql, now, rows) => forgetMemberChanges(sql, old(now), rows),
  isLarge: true,
}

export const custody: Custody<never> = {
  erase: eraseChanges,
  export: {},
  expire: [accounts, messages, members],
}
