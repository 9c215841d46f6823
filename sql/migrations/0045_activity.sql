-- Lists of conversations and the count of what is unread, without a look at every conversation of a person:
-- see docs/decisions/0027-where-something-happened.md.

-- The hour of the last message. Indexed, where the time itself is not: a conversation keeps its place in the
-- index for an hour, and its updates stay on their page meanwhile.
alter table conversations add column active_hour timestamp
  generated always as (date_trunc('hour', last_message_at at time zone 'UTC')) stored;
create index conversations_first_active_idx on conversations (user1_id, active_hour)
  where kind = 1;
create index conversations_second_active_idx on conversations (user2_id, active_hour)
  where kind = 1;

alter table conversation_members
  -- Of a conversation of two. Who is let in by an older server says nothing and is looked at with the groups.
  add column is_direct boolean not null default true,
  -- What was unread in a conversation of two when the count was settled last, less what was read since.
  add column settled_unread bigint not null default 0;
alter table conversation_members alter column is_direct set default false;
update conversation_members m set is_direct = false
  from conversations c where c.id = m.conversation_id and c.kind = 2;
create index conversation_members_groups_idx on conversation_members (user_id)
  where not is_direct and left_at is null;
create index conversation_members_pinned_idx on conversation_members (user_id) where is_pinned;
create index conversation_members_opened_idx on conversation_members (user_id, opened_at)
  where opened_at is not null;

-- The sum of it, and since which hour what is unread has to be looked up where it happened.
create table unread_settlements (
  user_id bigint primary key references users (id) on delete cascade,
  unread bigint not null,
  settled_hour timestamp not null
) with (fillfactor = 80);
