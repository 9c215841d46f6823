// REST routes of accounts; leaving ends friendships' talk too and is bound with the friends.
import type { Routes } from '../routes.ts'
import { sendCode, verifyCode } from './codes.ts'
import { resetPassword, setPassword } from './passwords.ts'
import { requestExport } from './exports.ts'
import { me, updateMe } from './profile.ts'
import { refresh } from './refresh.ts'
import { endSession, logout, sessions } from './sessions.ts'
import { login, loginWithPassword, register, registerWithPassword } from './signin.ts'

export const accountRoutes: Omit<Routes<'accounts'>, 'accounts.deleteMe'> = {
  'accounts.ping': async () => 'pong',
  'accounts.sendCode': sendCode,
  'accounts.verifyCode': verifyCode,
  'accounts.register': register,
  'accounts.login': login,
  'accounts.registerWithPassword': registerWithPassword,
  'accounts.loginWithPassword': loginWithPassword,
  'accounts.refresh': refresh,
  'accounts.resetPassword': resetPassword,
  'accounts.setPassword': setPassword,
  'accounts.logout': logout,
  'accounts.me': me,
  'accounts.updateMe': updateMe,
  'accounts.export': requestExport,
  'accounts.sessions': sessions,
  'accounts.endSession': endSession,
}
