-- What accounts want by e-mail, and what became of it. Without a row nothing is wanted.
create table email_settings (
  user_id bigint primary key references users (id) on delete cascade,
  digest text not null check (digest in ('off', 'daily', 'weekly')),
  updated_at timestamptz not null,
  -- When it is looked again whether a digest is due; null where none is wanted.
  look_at timestamptz,
  -- When the last one was due, and the newest message it knew of: only what is newer brings another.
  told_at timestamptz,
  told_message_id bigint,
  -- The `told_at` of the last one that a mail server has taken.
  mailed_at timestamptz,
  check ((digest = 'off') = (look_at is null))
);
create index email_settings_due_idx on email_settings (look_at) where look_at is not null;
-- How many were due within a day.
create index email_settings_told_idx on email_settings (told_at) where told_at is not null;
