-- What somebody has begun to write in a conversation of theirs, for their other devices.
create table conversation_drafts (
  user_id bigint not null references users (id),
  conversation_id bigint not null references conversations (id) on delete cascade,
  content text not null,
  reply_to_id bigint,
  updated_at timestamptz not null,
  primary key (user_id, conversation_id)
);
