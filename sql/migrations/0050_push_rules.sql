-- What became of notifications, and when people want them.

-- For three days: why somebody did, or did not, hear of something.
create table push_attempts (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  conversation_id bigint not null,
  -- Of push_subscriptions, which may have ended.
  registration_id bigint not null,
  kind text not null,
  -- sent, cleared, later, gone, failed or skipped
  state text not null,
  -- What the provider said, or which rule it was.
  answer text not null,
  -- The newest message that was shown.
  seq bigint,
  at timestamptz not null
);
create index push_attempts_user_idx on push_attempts (user_id, id);
-- What a device shows of a conversation, as far as we know.
create index push_attempts_shown_idx on push_attempts (registration_id, conversation_id, id)
  where state in ('sent', 'cleared');
-- Which devices may show what was recalled.
create index push_attempts_told_idx on push_attempts (conversation_id, at) where state = 'sent';
create index push_attempts_age_idx on push_attempts (at);

-- An account's own wishes; without a row there are none.
create table push_settings (
  user_id bigint primary key references users (id) on delete cascade,
  preview text not null check (preview in ('text', 'none')),
  -- Times of day as HH:MM, in a zone of the IANA; all of them or none.
  quiet_from text,
  quiet_to text,
  time_zone text,
  updated_at timestamptz not null,
  check (num_nonnulls(quiet_from, quiet_to, time_zone) in (0, 3))
);

-- A device's own wishes, in place of its account's: what the API calls PushSettings.
alter table push_subscriptions add column settings jsonb;
