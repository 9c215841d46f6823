-- The bare pipeline's tables: the shape of a chat store and nothing else.
drop table if exists bare_messages, bare_conversations, bare_members, bare_outbox;

create table bare_conversations (
  id bigint primary key,
  last_seq bigint not null default 0,
  last_at timestamptz
) with (fillfactor = 70);

create table bare_members (
  conversation_id bigint not null,
  user_id bigint not null,
  read_seq bigint not null default 0,
  primary key (conversation_id, user_id)
) with (fillfactor = 80);

create table bare_messages (
  id bigint generated always as identity primary key,
  conversation_id bigint not null,
  seq bigint not null,
  sender_id bigint not null,
  client_msg_id uuid not null,
  message_type smallint not null,
  content text not null,
  created_at timestamptz not null default now(),
  unique (conversation_id, seq),
  unique (sender_id, client_msg_id)
);

create table bare_outbox (
  id bigint generated always as identity primary key,
  payload jsonb not null
);
