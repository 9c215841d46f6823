// For the features that act on somebody's account under its lock.
export { lockUser } from './accounts.store.ts'
