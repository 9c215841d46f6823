// What was broken on purpose in messages, workers, adapters and pages, and which test must notice.
import type { Mutant } from './mutants.ts'

export const features: readonly Mutant[] = [
  {
    test: 'leaving: 8 Mattermost CVE-2023-1775',
    breaks: 'profiles in frames carry the address',
    edits: [
      {
        file: 'src/features/people/sight.store.ts',
        from: 'select u.id, u.user_id, u.nickname',
        to: 'select u.email, u.id, u.user_id, u.nickname',
      },
      {
        file: 'src/features/people/view.ts',
        from: '    nickname: isKept ? row.user_id : row.nickname,\n',
        to: '    nickname: isKept ? row.user_id : row.nickname,\n    ...{ email: row.email },\n',
      },
    ],
  },
  {
    test: 'leaving: 9 Synapse CVE-2024-53867',
    breaks: 'read receipts go on after the end, as they once did',
    edits: [
      {
        file: 'src/features/conversations/read.ts',
        from: 'isOpen && hearers',
        to: 'hearers',
      },
    ],
  },
  {
    test: 'leaving: 9 Synapse CVE-2024-53867',
    breaks: 'typing goes on after the end',
    edits: [
      {
        file: 'src/features/messages/typing.ts',
        from: "  if (!isOpen) throw new Failure('notAllowed')\n",
        to: '',
      },
    ],
  },
  {
    test: 'leaving: 9 Synapse CVE-2024-53867: what is read',
    breaks: 'marks show whether or not the conversation is closed, as they once did',
    edits: [
      {
        file: 'src/features/messages/store.ts',
        from: 'case when c.is_open then p.read_seq else p.closed_read_seq end',
        to: 'p.read_seq',
      },
    ],
  },
  {
    test: 'leaving: 9 Synapse CVE-2024-53867: what is read',
    breaks: 'a conversation that is closed already keeps its marks once more',
    edits: [
      {
        file: 'src/features/conversations/pairs.store.ts',
        from: ' and pair.is_open',
        to: '',
      },
    ],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: a mark that',
    breaks: 'marks are kept as they stood before the wait for them',
    edits: [
      {
        file: 'src/features/conversations/pairs.store.ts',
        from:
          'closed_read_seq = m.read_seq, closed_read_at = m.read_at\n' +
          '  from closed where m.conversation_id',
        to:
          'closed_read_seq = o.read_seq, closed_read_at = o.read_at\n' +
          '  from closed join conversation_members o on o.conversation_id = closed.id\n' +
          '  where o.user_id = m.user_id and m.conversation_id',
      },
    ],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: a block waits',
    breaks: 'a pair that is closed at this moment is not waited for',
    edits: [
      {
        file: 'src/features/conversations/pairs.store.ts',
        from: 'user2_id = ${second}\n      for update',
        to: 'user2_id = ${second} and is_open\n      for update',
      },
    ],
  },
  {
    test: 'neighbours: 32 Synapse CVE-2026-45078',
    breaks: 'a pattern walks a text once for each of its letters',
    edits: [
      {
        file: 'src/features/messages/policy.ts',
        from: '!isVisible(content)',
        to: '/\\S+ $/.test(content)',
      },
    ],
  },
  {
    test: 'leaving: 10 Mattermost CVE-2026-2578',
    breaks: 'a recalled text is only hidden, not deleted',
    edits: [
      { file: 'src/features/messages/store.ts', from: ", content = '', media_url = ''", to: '' },
    ],
  },
  {
    test: 'logs: 10 ASVS 16.2.5',
    breaks: 'errors are logged with the rows Postgres quotes, as they once were',
    edits: [{ file: 'src/core/log.ts', from: "    delete each['detail']\n", to: '' }],
  },
  {
    test: 'access: 23 Mattermost CVE-2016-11072: an id',
    breaks: 'a conversation is read without asking whose it is',
    edits: [
      {
        file: 'src/features/conversations/store.ts',
        from: 'where m.conversation_id = ${id} and m.user_id = ${user} and m.left_at is null`',
        to: 'where m.conversation_id = ${id} and ${user}::bigint > 0 and m.left_at is null limit 1`',
      },
    ],
  },
  {
    test: 'access: 23 Mattermost CVE-2016-11072: nor',
    breaks: 'a stranger may learn that a message exists',
    edits: [
      {
        file: 'src/features/messages/change.ts',
        from: "if (!target) throw new Failure('messageNotFound')",
        to: "if (!target) throw new Failure(input.id < 1e9 ? 'notAllowed' : 'messageNotFound')",
      },
    ],
  },
  {
    test: 'access: 37 Mattermost CVE-2023-3582',
    breaks: 'a reply may name a message of another conversation',
    edits: [
      {
        file: 'src/features/messages/commit/store.ts',
        from: ' and r.conversation_id = i.conversation_id',
        to: '',
      },
    ],
  },
  {
    test: 'access: 33 Mattermost CVE-2021-37863',
    breaks: 'people may speak as the system',
    edits: [{ file: 'src/features/messages/policy.ts', from: ' || reserved.has(type)', to: '' }],
  },
  {
    test: 'mail: 34 nodemailer CVE-2026-82659',
    breaks: 'the recipient is a header to be read, not an address',
    edits: [
      {
        file: 'src/infra/mail.smtp.ts',
        from: "if (!isPlainAddress(mail.to)) return { outcome: 'refused', reply: 'no address', dead: true }",
        to: '',
      },
      {
        file: 'src/infra/mail.smtp.ts',
        from: "to: { name: '', address: mail.to }",
        to: 'to: mail.to',
      },
    ],
  },
  {
    test: 'mail: 34 nodemailer CVE-2020-7769',
    breaks: 'anything around an @ is an address',
    edits: [
      {
        file: 'src/protocol/scalars.ts',
        from: String.raw`const word = '[^\\s@<>(),;:.\\\\"\\[\\]]{1,64}'`,
        to: "const word = '.{1,64}'",
      },
    ],
  },
  {
    test: 'mail: 34 nodemailer GHSA-p6gq-j5cr-w38f',
    breaks: 'files may be read for a mail',
    edits: [
      {
        file: 'src/infra/mail.smtp.ts',
        from: 'disableFileAccess: true',
        to: 'disableFileAccess: false',
      },
    ],
  },
  {
    test: 'mail: 35 Mattermost CVE-2017-18892',
    breaks: 'names go into HTML as they are',
    edits: [
      {
        file: 'workers/mails/html.ts',
        from: '<p style="${styles.line}">${escape(line)}</p>',
        to: '<p style="${styles.line}">${line}</p>',
      },
    ],
  },
  {
    test: 'push: 7 Synapse CVE-2021-21273: no form',
    breaks: 'any IPv4 address counts as public',
    edits: [
      {
        file: 'src/infra/addresses.ts',
        from: "if (address instanceof IPv4) return address.range() === 'unicast'",
        to: 'if (address instanceof IPv4) return true',
      },
    ],
  },
  {
    test: 'push: 7 Synapse CVE-2021-21273: an answer',
    breaks: 'redirects are followed',
    edits: [
      { file: 'src/infra/push.web.ts', from: "redirect: 'manual'", to: "redirect: 'follow'" },
    ],
  },
  {
    test: 'features/admin: foreign sites a write with the cookie is refused: nothing said at all',
    breaks: 'a write with nothing but a cookie is done',
    edits: [
      {
        file: 'src/http/admin/door.ts',
        from: "if (right === 'change' && byCookie && sender !== 'own') throw foreign()",
        to: '',
      },
    ],
  },
  {
    test: 'features/admin: nobody as an ordinary user gets past the door',
    breaks: 'everybody counts as a viewer',
    edits: [
      {
        file: 'src/features/admin/policy.ts',
        from: "return role === 'user' ? null : role",
        to: "return role === 'user' ? 'viewer' : role",
      },
    ],
  },
  {
    test: 'features/admin: roles a viewer looks at everything',
    breaks: 'a viewer may change',
    edits: [
      {
        file: 'src/features/admin/policy.ts',
        from: "return right === 'look' || role === 'operator'",
        to: "return right === 'look' || role !== null",
      },
    ],
  },
  {
    test: 'features/admin.redaction: no answer of any route',
    breaks: 'the board shows what a job holds',
    edits: [
      {
        file: 'src/features/admin/redaction.ts',
        from: 'return words[key]?.test(text) ? text : hidden',
        to: 'return words[key] || hidden ? text : text',
      },
    ],
  },
]
