// Laws of signing in: codes, passwords, sessions.
import type * as protocol from '../../../src/protocol/signin.ts'
import { times } from '../crowds.ts'
import type { Stage } from '../stage.ts'
import { everybody, ownerOnly, signedIn } from './access.ts'
import {
  both,
  captcha,
  code,
  email,
  hashed,
  nickname,
  password,
  refreshToken,
  text,
  userId,
  words,
} from './longest.ts'
import type { Rows } from './row.ts'
import { each, live, once, traceless, users } from './twice.ts'

const codes = 'select count(*) from codes'
const usedCodes = `${codes} where used_at is not null`
const calm = 'another calm grey heron'
const coded = async (stage: Stage, address: string) => ({
  email: address,
  code: await stage.code(address),
})

export const signin: Rows<typeof protocol> = {
  operations: {
    'accounts.sendCode': {
      scene: (stage) => ({ email: stage.newEmail() }),
      access: everybody,
      twice: each(codes, 'a mail may have been lost; the newest code counts'),
      budget: 4,
      longest: () => ({ whole: both({ email, captcha_token: captcha }) }),
    },
    'accounts.verifyCode': {
      scene: async (stage) => coded(stage, stage.newEmail()),
      access: everybody,
      twice: traceless(usedCodes, ['ok', 'codeInvalid']),
      budget: 1,
      secret: 'code',
      longest: () => ({ whole: both({ email, code }) }),
    },
    'accounts.register': {
      scene: async (stage) => ({
        ...(await coded(stage, stage.newEmail())),
        user_id: stage.newUserId(),
        nickname: 'New',
      }),
      access: everybody,
      twice: once(users, ['codeInvalid', 'userExists']),
      budget: 11,
      secret: 'code',
      longest: () => ({ whole: both({ email, code, user_id: userId, nickname }) }),
    },
    'accounts.login': {
      scene: async (stage) => coded(stage, (await stage.newcomer()).email),
      access: everybody,
      twice: once(live, ['codeInvalid']),
      budget: 13,
      secret: 'code',
      longest: () => ({ whole: both({ email, code }) }),
    },
    'accounts.registerWithPassword': {
      scene: (stage) => ({
        email: stage.newEmail(),
        user_id: stage.newUserId(),
        nickname: 'New',
        password: stage.password,
      }),
      access: everybody,
      twice: once(users, ['userExists']),
      budget: 10,
      // A password that is new: there is nothing to mistype.
      secret: null,
      longest: () => ({
        whole: hashed({ email, user_id: userId, nickname, password, captcha_token: captcha }),
      }),
    },
    'accounts.loginWithPassword': {
      scene: async (stage) => ({
        email: (await stage.newcomer()).email,
        password: stage.password,
      }),
      access: everybody,
      twice: each(live, 'every device has a session of its own'),
      budget: 11,
      secret: 'password',
      longest: () => ({
        whole: hashed({
          email: text('no-such-name', words(254)),
          password,
          captcha_token: captcha,
        }),
      }),
    },
    'accounts.refresh': {
      scene: async (stage) => ({ refresh_token: (await stage.newcomer()).refreshToken }),
      access: everybody,
      // The same device may show it again for some seconds, and gets the same one.
      twice: once('select count(*) from refresh_tokens', 'ok'),
      budget: 6,
      longest: () => ({ whole: both({ refresh_token: refreshToken }) }),
    },
    'accounts.resetPassword': {
      scene: async (stage) => ({
        ...(await coded(stage, (await stage.newcomer()).email)),
        password: calm,
      }),
      access: everybody,
      twice: once(usedCodes, ['codeInvalid']),
      budget: 9,
      secret: 'code',
      longest: () => ({ whole: both({ email, code, password }) }),
    },
    'accounts.setPassword': {
      async scene(stage) {
        await stage.asNewPerson()
        return { password: calm, old_password: stage.password }
      },
      access: signedIn(),
      twice: once('select count(distinct password_hash) from users', ['wrongPassword']),
      budget: 8,
      secret: 'old_password',
      longest: () => ({ whole: hashed({ password, old_password: password }) }),
    },
    'accounts.logout': {
      async scene(stage) {
        await stage.onNewSession()
        return { refresh_token: stage.asker?.refreshToken }
      },
      access: signedIn(),
      twice: once(live, ['tokenInvalid'], -1),
      budget: 2,
      longest: () => ({ whole: both({ refresh_token: refreshToken }) }),
    },
    'accounts.sessions': {
      scene: () => ({}),
      access: signedIn(),
      budget: 2,
      grows: {
        whole: async (stage, size) => {
          await times(size, () => stage.ownersOtherSession())
          return {}
        },
      },
    },
    'accounts.endSession': {
      scene: async (stage) => ({ id: (await stage.ownersOtherSession()).sessionId }),
      access: ownerOnly('notFound'),
      twice: once(live, ['notFound'], -1),
      budget: 2,
    },
  },
}
