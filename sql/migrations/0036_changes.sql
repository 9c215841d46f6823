-- What a device has to catch up on: see docs/decisions/0025-one-cursor.md.

-- In which transaction a conversation changed last. Not indexed, so that its updates stay on their page.
alter table conversations add column xid xid8 not null default '3';
alter table conversations alter column xid set default pg_current_xact_id();

-- What changed for one account besides: of each thing only when it changed last. What is gone is not
-- there any more when it is looked up, so a row here is its tombstone too.
create table account_changes (
  -- Of an account; its row is not locked for this, and its erasure deletes them.
  user_id bigint not null,
  -- See src/protocol/kept.ts.
  kind smallint not null,
  ref bigint not null,
  xid xid8 not null default pg_current_xact_id(),
  changed_at timestamptz not null default now(),
  primary key (user_id, kind, ref)
) with (fillfactor = 80);
create index account_changes_newest_idx on account_changes (user_id, xid);
create index account_changes_age_idx on account_changes (changed_at);

-- Messages that are not what they were when they were stored.
create table message_changes (
  conversation_id bigint not null references conversations (id) on delete cascade,
  message_id bigint not null,
  xid xid8 not null default pg_current_xact_id(),
  changed_at timestamptz not null default now(),
  primary key (conversation_id, message_id)
);
create index message_changes_newest_idx on message_changes (conversation_id, xid);
create index message_changes_age_idx on message_changes (changed_at);
