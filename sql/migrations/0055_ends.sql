-- What somebody says of themselves for a while, shown to their friends; without an emoji and a text there is none.
alter table users
  add column status_emoji text not null default '',
  add column status_text text not null default '',
  -- Null: until they take it back.
  add column status_until timestamptz;
create index users_status_end_idx on users (status_until) where status_until is not null;

-- Mutes that end by themselves are looked for, so that devices hear of it.
create index conversation_members_quiet_end_idx on conversation_members (quiet_until)
  where is_muted and quiet_until is not null;
