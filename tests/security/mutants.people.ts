// What was broken on purpose in accounts and friendships, and which test must notice.
import type { Edit, Mutant } from './mutants.ts'

const noLock: Edit = {
  file: 'src/features/friends/requests.ts',
  from: '    await lockPair(tx.sql, actor.id, other.id)\n    if',
  to: '    if',
}
const settledTwice: Edit = {
  file: 'src/features/friends/requests.store.ts',
  from: 'where id = ${id} and ${waits(sql, now)}\n    returning',
  to: 'where id = ${id}\n    returning',
}

export const people: readonly Mutant[] = [
  {
    test: 'codes: 3 Mattermost CVE-2024-36250',
    breaks: 'signing in does not use the code up',
    edits: [
      {
        file: 'src/features/signin/signin.ts',
        from: '    await consumeCode(tx, codeId)\n    const proved',
        to: '    const proved',
      },
    ],
  },
  {
    test: 'codes: 4 TikTok careers, HackerOne 1075827: five',
    breaks: 'tries of a code are not bounded',
    edits: [
      {
        file: 'src/features/signin/codes.store.ts',
        from: 'then c.attempts < ${bounds.perCode}',
        to: 'then c.attempts < 1000 + ${bounds.perCode}',
      },
    ],
  },
  {
    test: 'codes: 4 TikTok careers, HackerOne 1075827: new codes',
    breaks: 'tries of an hour are not bounded',
    edits: [
      {
        file: 'src/features/signin/codes.store.ts',
        from: 'spent.own < ${bounds.perHour}',
        to: 'spent.own < 1000 + ${bounds.perHour}',
      },
    ],
  },
  {
    test: 'codes: 4 TikTok careers, HackerOne 1075827: a code',
    breaks: 'a code to sign in also registers',
    edits: [
      {
        file: 'src/features/signin/signin.ts',
        from: "['any', 'register']",
        to: "['any', 'register', 'login']",
      },
    ],
  },
  {
    test: 'deactivation: 11 Zulip CVE-2022-24751: fifty',
    breaks: 'requests of a disabled account are served',
    edits: [
      {
        file: 'src/features/signin/sessions.ts',
        from: "if (session.disabled) throw new Failure('accountDisabled')",
        to: '',
      },
    ],
  },
  {
    test: 'deactivation: 11 Zulip CVE-2022-24751: fifty',
    breaks: 'open sockets of a disabled account stay',
    edits: [{ file: 'src/socket/recheck.ts', from: ' || session.disabled', to: '' }],
  },
  {
    test: 'deactivation: 11 Zulip CVE-2022-24751: fifty requests and open sockets while an',
    breaks: 'the command of the operator tells no node',
    edits: [
      {
        file: 'src/features/signin/disabling.ts',
        from: "  await closeSockets(ctx, user.id, ended, 'the account is disabled')\n",
        to: '  void ended\n',
      },
    ],
  },
  {
    test: 'deactivation: 11 Zulip CVE-2022-24751: a disabled',
    breaks: 'a disabled account is pushed to, as it once was',
    edits: [{ file: 'src/features/push/store.ts', from: ' and u.disabled_at is null', to: '' }],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: a hundred requests',
    breaks: 'the pair is not locked',
    edits: [noLock],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: a hundred acceptances',
    breaks: 'a request is settled whatever it is already',
    edits: [settledTwice],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: both ask',
    breaks: 'a request the other way round is no answer',
    edits: [
      {
        file: 'src/features/friends/requests.ts',
        from: 'if (waiting) return befriend(tx, waiting)',
        to: '',
      },
    ],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: accepted and rejected',
    breaks: 'a request is settled whatever it is already',
    edits: [settledTwice],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: nothing is stored',
    breaks: 'the statement does not ask whether the conversation is open',
    edits: [
      {
        file: 'src/features/messages/commit/store.ts',
        from: '    when not h.is_open then 4\n',
        to: '',
      },
    ],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: a ticket',
    breaks: 'a ticket is read and stays',
    edits: [{ file: 'src/features/messages/ticket.ts', from: 'redis.getdel(', to: 'redis.get(' }],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: a ticket',
    breaks: 'a refresh token is not locked while it is swapped',
    edits: [
      { file: 'src/features/signin/sessions.store.ts', from: '\n    for update of r', to: '' },
    ],
  },
  {
    test: 'races: 38 ASVS 15.4.2, 2.3.4: one name',
    breaks: 'the index that says no is not understood',
    edits: [
      {
        file: 'src/features/signin/signin.ts',
        from: "violates(error, 'users_user_id_key')",
        to: 'false',
      },
    ],
  },
  {
    test: 'features/blocks: a block among a hundred acceptances',
    breaks: 'a block leaves requests that wait',
    edits: [
      {
        file: 'src/features/friends/blocks.ts',
        from: '    await dropWaiting(tx.sql, actor.id, other.id, now)\n',
        to: '',
      },
    ],
  },
  {
    test: 'laws/enumeration: the same answer, shape and time for known and unknown accounts.login',
    breaks: 'no hash is computed for an unknown name',
    edits: [
      {
        file: 'src/features/signin/hashing.ts',
        from: 'const target = hash ?? (await dummy)',
        to: 'if (hash === null) return false\n    const target = hash',
      },
    ],
  },
]
