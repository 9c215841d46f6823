-- What is new for a person, without a look at each of their conversations: see
-- docs/decisions/0025-one-cursor.md.

-- Transactions by 2^18, a quarter of an hour where 300 commit in a second. Indexed, where `xid` is not: a
-- conversation moves in the index once in a span, and its updates stay on their page meanwhile.
alter table conversations add column xid_span integer not null
  generated always as ((xid::text::bigint >> 18)::integer) stored;
create index conversations_first_span_idx on conversations (user1_id, xid_span) where kind = 1;
create index conversations_second_span_idx on conversations (user2_id, xid_span) where kind = 1;
