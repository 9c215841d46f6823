-- Favourites: what people keep of what was said.

create table favorites (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  message_id bigint not null references messages (id) on delete cascade,
  -- Where the message stands, which never changes: whether its keeper may read it still is asked of each
  -- row whenever they look, and of thousands to count them.
  conversation_id bigint not null,
  seq bigint not null,
  created_at timestamptz not null
);
create unique index favorites_message_key on favorites (user_id, message_id);
create index favorites_newest_idx on favorites (user_id, id);
-- For the end of a message.
create index favorites_end_idx on favorites (message_id);
