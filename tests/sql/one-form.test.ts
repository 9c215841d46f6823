// Old rows get the form that new ones have, whoever else has it already.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Sql } from '../../src/infra/db.ts'
import { loadMigrations } from '../../src/infra/migrate.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase()
  sql = database.sql
})
afterAll(() => database[Symbol.asyncDispose]())

test('what was stored as it was typed is stored in one form', async () => {
  const nfd = (text: string) => text.normalize('NFD')
  const people = [
    ['plain', 'plain@example.com', 'Plain', false],
    ['name', 'name@example.com', nfd('Zoë'), false],
    ['alone', nfd('zoë@example.com'), 'Alone', false],
    // Two addresses in one form: who has it already, who has proved it, who came first.
    ['has', 'élise@example.com', 'Has', false],
    ['wants', nfd('élise@example.com'), 'Wants', true],
    ['early', 'o\u0323\u0301@example.com', 'Early', false],
    ['proved', 'o\u0301\u0323@example.com', 'Proved', true],
    ['first', 'a\u0323\u0301@example.com', 'First', false],
    ['second', 'a\u0301\u0323@example.com', 'Second', false],
  ] as const
  for (const [id, email, nickname, proved] of people) {
    await sql`
      insert into users (user_id, email, nickname, email_verified_at)
      values (${id}, ${email}, ${nickname}, ${proved ? new Date() : null})`
  }
  await sql`
    insert into friends (user_id, friend_id, remark)
    select a.id, b.id, ${nfd('Köchin')} from users a, users b
    where a.user_id = 'plain' and b.user_id = 'name'`
  const { sql: text } = (await loadMigrations()).find(({ name }) => name.includes('one_form'))!
  // Twice: what has its form is left alone.
  for (const _ of [1, 2]) {
    await sql.unsafe(text)
    const rows = await sql<{ user_id: string; email: string; nickname: string }[]>`
      select user_id, email, nickname from users order by id`
    const kept = ['wants', 'early', 'second']
    expect(rows.map((row) => ({ ...row }))).toEqual(
      people.map(([user_id, email, nickname]) => ({
        user_id,
        email: kept.includes(user_id) ? email : email.normalize('NFC'),
        nickname: nickname.normalize('NFC'),
      })),
    )
    const [friend] = await sql<{ remark: string }[]>`select remark from friends`
    expect(friend!.remark).toBe('Köchin')
  }
})
