-- Conversations, who is in them, and what was said.

-- One row is the lock and the counter of one conversation: `seq` orders its messages without
-- holes, `version` counts every change. fillfactor leaves room for heap-only updates.
create table conversations (
  id bigint generated always as identity primary key,
  kind smallint not null check (kind in (1, 2)), -- 1 direct, 2 group
  -- Direct: the two people, by user_id in lexicographic order.
  user1_id bigint references users (id),
  user2_id bigint references users (id),
  -- Direct: may the two write to each other? Kept by the friends feature. It stands here because
  -- a sender locks this row: what the lock shows is the truth at commit time.
  is_open boolean not null default true,
  last_seq bigint not null default 0,
  version bigint not null default 0,
  last_message_id bigint,
  last_message_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((kind = 1) = (user1_id is not null and user2_id is not null))
) with (fillfactor = 70);
create unique index conversations_pair_key on conversations (user1_id, user2_id) where kind = 1;

create table conversation_members (
  conversation_id bigint not null references conversations (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  role smallint not null default 1,
  read_seq bigint not null default 0,
  read_at timestamptz,
  -- Shown in the list although nothing was said yet.
  opened_at timestamptz,
  is_pinned boolean not null default false,
  is_muted boolean not null default false,
  muted_until timestamptz,
  joined_at timestamptz not null default now(),
  left_at timestamptz,
  primary key (conversation_id, user_id)
) with (fillfactor = 80);
create index conversation_members_user_idx on conversation_members (user_id, conversation_id);

create table messages (
  id bigint generated always as identity primary key,
  conversation_id bigint not null,
  seq bigint not null,
  sender_id bigint not null,
  client_msg_id uuid not null,
  -- First 8 bytes of SHA-256 over what was said: the same client_msg_id with another is refused.
  digest bigint not null,
  message_type smallint not null,
  content text not null,
  media_url text not null default '',
  reply_to_id bigint,
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  recalled_at timestamptz,
  -- The transaction that said it: lets sync tell what a snapshot could not have seen.
  xid xid8 not null default pg_current_xact_id()
) with (fillfactor = 95);
create unique index messages_seq_key on messages (conversation_id, seq);
create unique index messages_client_key on messages (sender_id, client_msg_id);
