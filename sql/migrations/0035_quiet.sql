-- How long somebody has muted a conversation, and whether a mention passes that.

alter table conversation_members
  -- With is_muted: until then; null without an end. What an admin forbids stands in muted_until.
  add column quiet_until timestamptz,
  -- With is_muted: not even what mentions them notifies them.
  add column is_silent boolean not null default false;
