// What every kind of mail may be about.
import type { MailKind, MailWords } from '../../src/texts/mails.ts'

export const at = '2026-11-24T13:05:59.123Z'
export const nickname = 'Ada'
export const url = 'https://chat.example.org/api/v1/users/me/exports/dGhlIHRva2Vu?x=1&y=2'
export const words: { readonly [K in MailKind]: MailWords[K] } = {
  code: { code: '482913', minutes: 5 },
  welcome: { nickname },
  newDevice: { nickname, device: 'Firefox 150 on Linux', address: '203.0.113.7', at },
  passwordChanged: { nickname, at },
  deletionScheduled: { nickname, until: at },
  exportReady: { nickname, url, until: at },
  digest: {
    nickname,
    messages: 12,
    heard: [
      { name: 'Heron', unread: 9, said: 'Bo: see you' },
      { name: 'Bo', unread: 1, said: null },
    ],
    more: 1,
    url: 'https://chat.example.org/',
    stop: 'https://chat.example.org/unsubscribe/dGhlIHRva2Vu',
  },
}
