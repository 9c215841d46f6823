-- Emoji that people answer messages with. How many of each there are stands in the message's row, written
-- under the lock of its conversation: history reads it along, and no row is counted.
create table message_reactions (
  message_id bigint not null references messages (id) on delete cascade,
  user_id bigint not null references users (id),
  emoji text not null,
  created_at timestamptz not null,
  primary key (message_id, user_id, emoji)
);
create index message_reactions_user_idx on message_reactions (user_id, message_id);
create index message_reactions_order_idx on message_reactions (message_id, created_at, user_id);

alter table messages
  -- [[emoji, count], …] in the order in which they were first used; null where there is none.
  add column reactions jsonb,
  -- When somebody reacted last, or took it back.
  add column reacted_at timestamptz;
