// Signing up and in: codes, passwords, sessions and the devices they are on.
import type * as protocol from '../../protocol/signin.ts'
import { feature } from '../feature.ts'
import { mails } from '../mails/feature.ts'
import { people } from '../people/feature.ts'
import { sendCode, verifyCode } from './codes.ts'
import { custody } from './custody.ts'
import { resetPassword, setPassword } from './passwords.ts'
import { refresh } from './refresh.ts'
import { endSession, logout, sessions } from './sessions.ts'
import { login, loginWithPassword, register, registerWithPassword } from './signin.ts'
import { liveSessions } from './state.ts'
import * as bounds from './limits.ts'

export const signin = feature<typeof protocol & typeof bounds>({
  name: 'signin',
  uses: [people, mails],
  routes: {
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
    'accounts.sessions': sessions,
    'accounts.endSession': endSession,
  },
  states: [liveSessions],
  custody,
  limits: bounds.limits,
  buckets: bounds.buckets,
})
