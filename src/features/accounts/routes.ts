// REST routes of accounts.
import type { Routes } from '../routes.ts'
import { sendCode, verifyCode } from './codes.ts'
import { me, updateMe } from './profile.ts'
import { endSession, logout, refresh, sessions } from './sessions.ts'
import { login, loginWithPassword, register, registerWithPassword } from './signin.ts'

export const accountRoutes: Routes<'accounts'> = {
  'accounts.ping': async () => 'pong',
  'accounts.sendCode': sendCode,
  'accounts.verifyCode': verifyCode,
  'accounts.register': register,
  'accounts.login': login,
  'accounts.registerWithPassword': registerWithPassword,
  'accounts.loginWithPassword': loginWithPassword,
  'accounts.refresh': (ctx, _, input) => refresh(ctx, input),
  'accounts.logout': logout,
  'accounts.me': me,
  'accounts.updateMe': updateMe,
  'accounts.sessions': sessions,
  'accounts.endSession': endSession,
}
