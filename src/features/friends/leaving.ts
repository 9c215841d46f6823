// For leaving and coming back: what becomes of requests, and with whom one may talk again.
export { findWritable, withdrawAll } from './leaving.store.ts'
