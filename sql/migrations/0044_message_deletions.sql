-- Messages that somebody has deleted for themselves: for them alone they are not there.
create table message_deletions (
  user_id bigint not null references users (id) on delete cascade,
  -- Where the message stands, which never changes: history asks by it, and finds out at once whether
  -- anything of a range is deleted at all.
  conversation_id bigint not null,
  seq bigint not null,
  message_id bigint not null references messages (id) on delete cascade,
  deleted_at timestamptz not null,
  primary key (user_id, conversation_id, seq)
);
-- Who has deleted a message; and for the end of one.
create index message_deletions_message_idx on message_deletions (message_id, user_id);
