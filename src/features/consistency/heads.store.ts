// SQL: where conversations stand, and the messages in them.
import type { Check } from './check.ts'
import { limits } from './limits.ts'

const heads: Check = {
  name: 'heads',
  wrong: 'conversations whose last_seq is not that of their newest message',
  table: 'conversations',
  keys: ['id'],
  columns: (sql) => sql`last_seq`,
  isWrong: (sql) => sql`
    c.last_seq <> greatest(0, (select max(seq) from messages where conversation_id = c.id),
      (select max(seq) from burned_messages where conversation_id = c.id))`,
}

const lastMessages: Check = {
  name: 'last-messages',
  wrong: 'conversations that point at another message than their newest, or at another time',
  table: 'conversations',
  keys: ['id'],
  columns: (sql) => sql`last_message_id, last_message_at, burn_seconds`,
  isWrong: (sql) => sql`
    (c.last_message_id is distinct from (
        select id from messages where conversation_id = c.id order by seq desc limit 1)
      or (c.burn_seconds is null and c.last_message_at is distinct from (
        select created_at from messages where id = c.last_message_id)))`,
}

const holes: Check = {
  name: 'holes',
  wrong: 'messages that have no one before them, though they are not the first',
  table: 'messages',
  keys: ['conversation_id', 'seq'],
  isWrong: (sql) => sql`
    (c.seq < 1 or (c.seq > 1 and not exists (
        select from messages where conversation_id = c.conversation_id and seq = c.seq - 1)
      and not exists (
        select from burned_messages where conversation_id = c.conversation_id and seq = c.seq - 1)))`,
}

const messages: Check = {
  name: 'messages',
  wrong: 'messages of no conversation, of nobody, or that answer nothing in their conversation',
  table: 'messages',
  keys: ['id'],
  columns: (sql) => sql`conversation_id, sender_id, reply_to_id`,
  isWrong: (sql) => sql`
    (not exists (select from conversations where id = c.conversation_id)
      or not exists (select from users where id = c.sender_id)
      or (c.reply_to_id is not null and not exists (
          select from messages where id = c.reply_to_id and conversation_id = c.conversation_id)
        and not exists (
          select from burned_messages
          where message_id = c.reply_to_id and conversation_id = c.conversation_id)))`,
}

const recalled: Check = {
  name: 'recalled',
  wrong: 'messages that were taken back and say something still',
  table: 'messages',
  keys: ['id'],
  columns: (sql) => sql`recalled_at, content, media_url, at_users, reactions`,
  isWrong: (sql) => sql`
    (c.recalled_at is not null and (
      c.content <> '' or c.media_url <> '' or c.at_users is not null or c.reactions is not null
      or exists (select from message_revisions where message_id = c.id)
      or exists (select from message_reactions where message_id = c.id)))`,
}

const reactions: Check = {
  name: 'reactions',
  wrong: 'messages whose counts of reactions are not those of the reactions there are',
  table: 'messages',
  keys: ['id'],
  columns: (sql) => sql`reactions`,
  isWrong: (sql) => sql`
    coalesce((
        select jsonb_object_agg(e ->> 0, e -> 1) from jsonb_array_elements(c.reactions) e), '{}')
      <> coalesce((
        select jsonb_object_agg(emoji, count) from (
          select emoji, count(*) from message_reactions where message_id = c.id group by emoji) r), '{}')`,
}

const mentions: Check = {
  name: 'mentions',
  wrong: 'messages whose mentions are not found by those they mention',
  table: 'messages',
  keys: ['id'],
  columns: (sql) => sql`conversation_id, seq, at_users`,
  isWrong: (sql) => sql`
    exists (
      select from unnest(c.at_users) as at (user_id)
      where not exists (
        select from mentions m
        where m.user_id = at.user_id and m.conversation_id = c.conversation_id and m.seq = c.seq))`,
}

const outbox: Check = {
  name: 'outbox',
  wrong: 'outbox rows older than a minute: nobody has been told',
  table: 'outbox',
  keys: ['id'],
  columns: (sql) => sql`created_at`,
  isWrong: (sql, { now }) => sql`
    c.created_at < ${new Date(now.getTime() - limits.consistency.outboxMs)}`,
}

export const checks: readonly Check[] = [
  heads,
  lastMessages,
  holes,
  messages,
  recalled,
  reactions,
  mentions,
  outbox,
]
