// Mails in English. Names come cleaned, times readable; see workers/mails.
import type { MailTexts } from './mails.ts'

const counted = (count: number) => (count === 1 ? '1 new message' : `${count} new messages`)

const hello = (name: string) => (name === '' ? 'Hello,' : `Hello ${name},`)

export const mails: MailTexts = {
  code: ({ code, minutes }) => ({
    subject: `${code} is your code`,
    title: 'Your code',
    lines: [
      'Your code is',
      { code },
      `It is good for ${minutes} minutes and for one use. Give it to nobody: we never ask for it.`,
      { fine: 'If you did not ask for a code, do nothing. Without it nobody gets in.' },
    ],
  }),
  welcome: ({ nickname }) => ({
    subject: 'Welcome',
    title: 'Welcome',
    lines: [
      hello(nickname),
      'Your account is ready, and this address is proved to be yours.',
      'Sign in with a code mailed to this address, or with your password if you have set one.',
    ],
  }),
  newDevice: ({ nickname, device, address, at }) => ({
    subject: 'A new sign-in to your account',
    title: 'A new sign-in',
    lines: [
      hello(nickname),
      'Somebody has signed in to your account from a place we have not seen before.',
      {
        facts: [
          ['Device:', device || 'unknown'],
          ['Network address:', address || 'unknown'],
          ['Time:', at],
        ],
      },
      'If it was you, there is nothing to do.',
      'If it was not you, end that session in your settings and change your password now.',
    ],
  }),
  passwordChanged: ({ nickname, at }) => ({
    subject: 'Your password was changed',
    title: 'Your password was changed',
    lines: [
      hello(nickname),
      `The password of your account was changed on ${at}.`,
      'If it was you, there is nothing to do.',
      'If it was not you, set a new one now with a code mailed to this address.',
      'That also signs everybody out.',
    ],
  }),
  deletionScheduled: ({ nickname, until }) => ({
    subject: 'Your account will be deleted',
    title: 'Your account will be deleted',
    lines: [
      hello(nickname),
      'We were asked to delete your account. It will be gone for good on',
      { big: until },
      'To keep it, sign in again before then. That cancels the deletion, and nothing is lost.',
      'If it was not you who asked, sign in and change your password now.',
    ],
  }),
  exportReady: ({ nickname, url, until }) => ({
    subject: 'Your data is ready',
    title: 'Your data is ready',
    lines: [
      hello(nickname),
      'The copy of your data that you asked for is ready.',
      { link: url, label: 'Download my data' },
      `The link works once, until ${until}.`,
      'Pass it on to nobody: whoever has it can read your data.',
      { fine: 'If you did not ask for it, sign in and change your password now.' },
    ],
  }),
  digest: ({ nickname, messages, heard, more, url, stop }) => ({
    subject: `${counted(messages)} while you were away`,
    title: 'While you were away',
    lines: [
      hello(nickname),
      'Others have written to you:',
      {
        facts: heard.map(({ name, unread, said }) => [
          `${name || 'Somebody'}:`,
          said ? `${counted(unread)}, the last one: ${said}` : counted(unread),
        ]),
      },
      ...(more === 0
        ? []
        : [`And in ${more === 1 ? 'one more conversation' : `${more} more conversations`}.`]),
      { link: url, label: 'Read them' },
      { fine: 'You get this because you wanted to be told by e-mail.' },
      { aside: stop, label: 'Do not tell me any more' },
    ],
  }),
}
