-- Groups: what they are called, who may speak in them, and from where on each member reads.

alter table conversations
  -- What a group is called on the wire, for ever; none for two people.
  add column group_id text,
  -- The role it takes to speak: 1 everybody, 2 admins, while all others are muted.
  add column posting_role smallint not null default 1,
  -- Slow mode: from one message of a member to their next.
  add column slow_seconds integer not null default 0,
  -- The transaction that last changed what some member may do. A send that judges by a snapshot which
  -- has not seen it judges again, so a kick is seen by whoever waited for its lock.
  add column judged_xid xid8,
  add constraint conversations_group_check check ((kind = 2) = (group_id is not null));

create unique index conversations_group_key on conversations (group_id) where kind = 2;

alter table conversation_members
  -- Membership is an interval of seq: this one and what came before are not for this member.
  add column sees_after bigint not null default 0,
  -- What a member is called there, if not as everywhere.
  add column nickname text not null default '',
  -- When they last spoke; kept in slow mode alone.
  add column spoke_at timestamptz;

create table groups (
  conversation_id bigint primary key references conversations (id) on delete cascade,
  name text not null,
  description text not null default '',
  avatar text not null default '',
  owner_id bigint not null references users (id),
  max_members integer not null,
  -- Counted under the conversation's lock.
  member_count integer not null,
  is_public boolean not null default false,
  join_approval boolean not null default false,
  -- What newcomers may read: 0 from joining on, 1 the last 100 messages, 2 all.
  history smallint not null default 0 check (history between 0 and 2),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  dissolved_at timestamptz
) with (fillfactor = 80);

create index groups_owner_idx on groups (owner_id);
-- Found by the beginning of their name, as people are.
create index groups_name_folded_idx on groups (lower(upper(name collate "pg_c_utf8")))
  where is_public and dissolved_at is null;

alter table messages
  -- Whom it mentions, by account; 0 stands for everybody there.
  add column at_users bigint[],
  -- Who took it back, if not its sender.
  add column recalled_by bigint;

create table mentions (
  -- An account; 0 for everybody there, so no key of another table.
  user_id bigint not null,
  conversation_id bigint not null,
  seq bigint not null,
  message_id bigint not null,
  primary key (user_id, conversation_id, seq)
);
create index mentions_newest_idx on mentions (user_id, message_id);

create table group_requests (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  message text not null default '',
  -- 0 pending, 1 accepted, 2 rejected, 3 expired, 4 withdrawn.
  status smallint not null default 0 check (status between 0 and 4),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index group_requests_waiting_key on group_requests (conversation_id, user_id)
  where status = 0;
create index group_requests_newest_idx on group_requests (conversation_id, id);
create index group_requests_user_idx on group_requests (user_id);
create index group_requests_waiting_age_idx on group_requests (created_at) where status = 0;
