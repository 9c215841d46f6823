-- Wrong tries are counted apart by where they come from: what strangers do to a code costs the
-- person who asked for it no try.

alter table codes
  -- The network place that asked for the code.
  add column place text not null default '',
  -- Tries from all other places together; `attempts` are those from its own.
  add column foreign_attempts smallint not null default 0;

-- Where somebody has been signed in, ended sessions included.
create index sessions_user_idx on sessions (user_id, last_used_at);
