-- Channels: conversations with so many members that nodes are told, not people.

alter table conversations
  -- Once it is one it stays one, however many leave.
  add column is_channel boolean not null default false;

alter table conversation_members
  -- The same, where a node looks up what a socket's owner is in.
  add column in_channel boolean not null default false;

update conversations c set is_channel = true
where kind = 2 and (
  select count(*) from conversation_members
  where conversation_id = c.id and left_at is null) > 200;

update conversation_members m set in_channel = true
from conversations c where c.id = m.conversation_id and c.is_channel;

create index conversation_members_channels_idx on conversation_members (user_id)
  where in_channel and left_at is null;
