// SQL: who is in conversations, how far they have read, and who is whose friend.
import type { Check } from './check.ts'
import { limits } from './limits.ts'

const marks: Check = {
  name: 'marks',
  wrong: 'members whose marks stand beyond the head, or beyond each other',
  table: 'conversation_members',
  keys: ['conversation_id', 'user_id'],
  columns: (sql) => sql`
    read_seq, read_count, sees_after, archived_seq, unread_at_seq, closed_read_seq`,
  isWrong: (sql) => sql`
    (c.read_seq < 0 or c.unread_at_seq > c.read_seq or c.closed_read_seq > c.read_seq
      or greatest(c.read_seq, c.read_count, c.sees_after, c.archived_seq)
        > (select last_seq from conversations where id = c.conversation_id))`,
}

/** Own words after the mark are counted where they are few enough to be looked at one by one. */
const unread: Check = {
  name: 'unread',
  wrong: 'members for whom more or less counts as unread than others have said after their mark',
  table: 'conversation_members',
  keys: ['conversation_id', 'user_id'],
  columns: (sql) => sql`read_seq, read_count, left_at`,
  rows: limits.consistency.wideRows,
  isWrong: (sql) => sql`
    (c.left_at is null
      and (select last_seq from conversations where id = c.conversation_id) - c.read_seq
        <= ${limits.consistency.unreadMax}
      and greatest(c.read_seq, c.read_count) <> c.read_seq + (
        select count(*) from messages x
        where x.conversation_id = c.conversation_id and x.seq > c.read_seq
          and x.sender_id = c.user_id) + (
        select count(*) from burned_messages x
        where x.conversation_id = c.conversation_id and x.seq > c.read_seq))`,
}

/** What was settled holds where nothing happened since: see docs/decisions/0027. */
const settled: Check = {
  name: 'settled',
  wrong: 'people of whose unread messages more or less is settled than there are',
  table: 'unread_settlements',
  keys: ['user_id'],
  columns: (sql) => sql`unread, settled_hour`,
  rows: limits.consistency.wideRows,
  isWrong: (sql) => sql`
    (c.unread <> (
        select coalesce(sum(settled_unread), 0) from conversation_members where user_id = c.user_id)
      or exists (
        select from conversation_members m join conversations h on h.id = m.conversation_id
        where m.user_id = c.user_id and m.is_direct and m.left_at is null
          and h.active_hour < c.settled_hour
          and m.settled_unread <> h.last_seq - greatest(m.read_seq, m.read_count)))`,
}

const members: Check = {
  name: 'members',
  wrong: 'members of a group that is none or has ended, or who are not what it says of them',
  table: 'conversation_members',
  keys: ['conversation_id', 'user_id'],
  columns: (sql) => sql`role, left_at, in_channel`,
  isWrong: (sql) => sql`
    (c.left_at is null and not exists (
      select from conversations h left join groups g on g.conversation_id = h.id
      where h.id = c.conversation_id and case h.kind
        when 1 then c.user_id in (h.user1_id, h.user2_id)
        else g.dissolved_at is null and h.is_channel = c.in_channel
          and (g.owner_id = c.user_id) = (c.role = 3) end))`,
}

const groups: Check = {
  name: 'groups',
  wrong: 'groups with another number of members than they say, or that have ended and have not',
  table: 'groups',
  keys: ['conversation_id'],
  columns: (sql) => sql`member_count, owner_id, dissolved_at`,
  rows: limits.consistency.wideRows,
  isWrong: (sql) => sql`
    (not exists (
        select from conversations
        where id = c.conversation_id and kind = 2 and is_open = (c.dissolved_at is null))
      or (c.dissolved_at is null and (
        c.member_count <> (
          select count(*) from conversation_members
          where conversation_id = c.conversation_id and left_at is null)
        or not exists (
          select from conversation_members
          where conversation_id = c.conversation_id and user_id = c.owner_id and left_at is null))))`,
}

/** Somebody’s own conversation, where there is one, is open without a friend. */
const pairs: Check = {
  name: 'pairs',
  wrong: 'conversations of two people who are not in them, or who may write and are no friends',
  table: 'conversations',
  keys: ['id'],
  columns: (sql) => sql`kind, user1_id, user2_id, is_open`,
  isWrong: (sql) => sql`
    (c.kind = 1 and (
      exists (
        select from unnest(array[c.user1_id, c.user2_id]) as p (id)
        where not exists (
          select from conversation_members m where m.conversation_id = c.id and m.user_id = p.id))
      or (c.is_open and c.user1_id <> c.user2_id and not exists (
        select from friends where user_id = c.user1_id and friend_id = c.user2_id))))`,
}

const friends: Check = {
  name: 'friends',
  wrong: 'friends of somebody who is not theirs',
  table: 'friends',
  keys: ['id'],
  columns: (sql) => sql`user_id, friend_id`,
  isWrong: (sql) => sql`
    not exists (select from friends f where f.user_id = c.friend_id and f.friend_id = c.user_id)`,
}

export const checks: readonly Check[] = [marks, unread, settled, members, groups, pairs, friends]
