// For the features that sign people in, mail them and let them go: the whole row of an account.
export { findUser, findUserByUserId, lockUser, type UserRow } from './store.ts'
