// What the sweeper forgets: all that is past its use, in small statements, and nothing else.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { limits } from '../../src/limits.ts'
import { unfinishedExports } from '../../src/features/departure/exports.ts'
import { forgetOld } from '../../workers/retention.ts'
import { connectDatabase, type Sql } from '../../src/infra/db.ts'
import { createDatabase } from '../support/database.ts'
import { keeping } from '../support/no-files.ts'

let sql: Sql
let statements: string[] = []
beforeAll(async () => {
  sql = connectDatabase(await createDatabase(), {
    connections: 1,
    name: 'retention',
    onStatement: (statement) => statements.push(statement),
  })
})
afterAll(() => sql.end())
beforeEach(async () => {
  await sql`delete from users`
  await sql`insert into users (user_id, email, nickname) values ('alice', 'a@example.com', 'A')`
  statements = []
})

const now = new Date('2026-06-01T00:00:00Z')
const { rowsMax } = limits.retention
const many = 2 * rowsMax + 5

test('what is past its use goes in small statements, what is of use stays', async () => {
  await sql`
    insert into codes (email, purpose, code_mac, created_at, expires_at)
    select 'a@example.com', 'any', '',
      ${now}::timestamptz - case n when 1 then 23 else 25 end * interval '1 hour',
      ${now}::timestamptz
    from generate_series(1, ${many + 1}::int) n`
  await sql`
    insert into sessions (user_id, device_id, ended_at)
    select id, '', case when n = 1 then null
      else ${now}::timestamptz - case n when 2 then 29 else 31 end * interval '1 day' end
    from users, generate_series(1, 5) n`
  await sql`
    insert into refresh_tokens (session_id, token_hash, expires_at)
    select (select min(id) from sessions), n::text::bytea,
      ${now}::timestamptz + case n when 1 then 1 else -1 end * interval '1 second'
    from generate_series(1, ${many + 1}::int) n`
  statements = []
  const gone = await forgetOld({ sql, ...keeping }, now, 'small')
  expect(gone).toMatchObject({ codes: many, 'refresh tokens': many, sessions: 3 })
  // Three each for codes and tokens; one for statuses, sessions, addresses, both kinds of requests,
  // invitations, scheduled messages, what became of notifications.
  expect(statements).toHaveLength(14)
  expect(await forgetOld({ sql, ...keeping }, now, 'small')).toMatchObject({
    codes: 0,
    'refresh tokens': 0,
    sessions: 0,
  })
})

test('a round deletes as many pieces of exports as are built in the meantime', async () => {
  await sql`
    insert into exports (user_id, build, created_at, ready_at, expires_at)
    select id, 1, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz from users`
  const pieces = 3 * limits.retention.large.rowsMax + 1
  await sql`
    insert into export_chunks (export_id, build, n, bytes)
    select id, 1, n, '' from exports, generate_series(1, ${pieces}::int) n`
  expect(await forgetOld({ sql, ...keeping }, now, 'large')).toEqual({
    'unused files': 0,
    exports: pieces + 1,
    'changes of accounts': 0,
    'changes of messages': 0,
    'changes of members': 0,
  })
})

test('an export whose building has begun too often is given up', async () => {
  const { buildsMax } = limits.export
  const [row] = await sql<{ id: number }[]>`
    insert into exports (user_id, build, created_at)
    select id, ${buildsMax - 1}::int, ${now}::timestamptz from users returning id`
  expect(await unfinishedExports(sql, now)).toEqual([row!.id])
  await sql`update exports set build = build + 1`
  expect(await unfinishedExports(sql, now)).toEqual([])
})
