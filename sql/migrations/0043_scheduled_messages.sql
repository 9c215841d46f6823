-- Scheduled messages: what people have said for a later time. This table is the truth, no queue is.

create table scheduled_messages (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  conversation_id bigint not null references conversations (id) on delete cascade,
  -- Fixed from the beginning: sent twice after a crash, it is one message.
  client_msg_id uuid not null,
  digest bigint not null,
  message_type smallint not null,
  -- Empty once it was sent, for it stands among the messages then, and once it was cancelled.
  content text not null,
  media_url text not null default '',
  reply_to_id bigint,
  at_users bigint[],
  at_names text not null default '[]',
  send_at timestamptz not null,
  -- 0 scheduled, 1 sending, 2 sent, 3 failed, 4 cancelled
  state smallint not null default 0 check (state between 0 and 4),
  -- When a worker may take it: `send_at`, then the end of a claim, or of a pause before the next attempt.
  due_at timestamptz not null,
  -- Names the claim: who holds an older one changes nothing.
  attempts integer not null default 0,
  message_id bigint,
  error_code integer,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index scheduled_messages_client_key on scheduled_messages (user_id, client_msg_id);
create index scheduled_messages_due_idx on scheduled_messages (due_at) where state < 2;
create index scheduled_messages_list_idx on scheduled_messages (user_id, send_at, id)
  where state in (0, 1, 3);
create index scheduled_messages_conversation_idx on scheduled_messages (conversation_id);
create index scheduled_messages_age_idx on scheduled_messages (updated_at) where state >= 2;
