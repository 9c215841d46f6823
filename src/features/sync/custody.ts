// What is remembered for devices that come back: no longer than a cursor is served, and of no use to its
// owner.
import type { Custody, Expiry, Keeping } from '../custody.ts'
import { limits } from './limits.ts'
import {
  eraseChanges,
  forgetAccountChanges,
  forgetMemberChanges,
  forgetMessageChanges,
} from './store.ts'

/** Longer than any cursor is served. */
const old = (now: Date, { config }: Keeping) =>
  new Date(now.getTime() - config.syncMs - limits.sync.spareMs)

const accounts: Expiry = {
  what: 'changes of accounts',
  forget: (sql, now, rows, kept) => forgetAccountChanges(sql, old(now, kept), rows),
  isLarge: true,
}

const messages: Expiry = {
  what: 'changes of messages',
  forget: (sql, now, rows, kept) => forgetMessageChanges(sql, old(now, kept), rows),
  isLarge: true,
}

const members: Expiry = {
  what: 'changes of members',
  forget: (sql, now, rows, kept) => forgetMemberChanges(sql, old(now, kept), rows),
  isLarge: true,
}

export const custody: Custody<never> = {
  erase: eraseChanges,
  export: {},
  expire: [accounts, messages, members],
}
