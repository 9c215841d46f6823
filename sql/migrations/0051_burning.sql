-- Messages that burn: what is said while a conversation has a timer is gone when it is over.

-- Seconds; 0 where there was a timer and is none now, for there what burned is remembered still; null where
-- there never was one.
alter table conversations add column burn_seconds integer check (burn_seconds >= 0);
alter table messages add column expires_at timestamptz;

-- What there is to burn, and when. A table of its own, and no index of all messages: few have an end.
create table message_ends (
  message_id bigint primary key references messages (id) on delete cascade,
  conversation_id bigint not null,
  expires_at timestamptz not null
);
create index message_ends_due_idx on message_ends (expires_at);

-- What is left of them: that a seq is a hole, and whose client_msg_id was said, which is not said again.
create table burned_messages (
  conversation_id bigint not null references conversations (id) on delete cascade,
  seq bigint not null,
  message_id bigint not null,
  sender_id bigint not null,
  client_msg_id uuid not null,
  said_at timestamptz not null,
  burned_at timestamptz not null,
  -- When it burned, for a cursor to compare with.
  xid xid8 not null default pg_current_xact_id(),
  primary key (conversation_id, seq)
);
create unique index burned_messages_client_key on burned_messages (sender_id, client_msg_id);
create index burned_messages_newest_idx on burned_messages (conversation_id, xid);
-- For who keeps an index of what was said.
create index burned_messages_xid_idx on burned_messages (xid);
