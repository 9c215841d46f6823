-- How people leave: deletion with a grace period, what they take along, where they were seen.

-- deletes_at alone: asked for, may still be taken back. Both: being erased. deleted_at alone: the
-- row that is left, so that messages keep an author.
alter table users add column deletes_at timestamptz;
alter table users add column deleted_at timestamptz;
-- Whom nobody can find, write to or befriend: one condition for every query.
alter table users add column is_hidden boolean not null generated always as
  (disabled_at is not null or deletes_at is not null or deleted_at is not null) stored;
-- The names that deleted people get are nobody's to choose.
alter table users add constraint users_reserved_check
  check (deleted_at is not null or user_id !~* '^deleted-[0-9]+$');
create index users_leaving_idx on users (deletes_at) where deletes_at is not null;

-- Where somebody has signed in before, to tell them of a sign-in from elsewhere. Nothing here can
-- be read: an HMAC of the kind of program and the neighbourhood of the address.
create table known_devices (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  mark bytea not null,
  last_seen_at timestamptz not null
);
create unique index known_devices_mark_key on known_devices (user_id, mark);

-- Exports of somebody's data. Being built until ready_at; the link works once, until expires_at.
create table exports (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  -- Counts the times its building began: what an earlier one left behind is not of use.
  build integer not null default 0,
  token_hash bytea,
  created_at timestamptz not null,
  ready_at timestamptz,
  expires_at timestamptz,
  used_at timestamptz
);
create unique index exports_building_key on exports (user_id) where ready_at is null;
create unique index exports_token_key on exports (token_hash);
create index exports_user_idx on exports (user_id);

-- The ZIP in pieces, so that no process ever holds all of it.
create table export_chunks (
  export_id bigint not null references exports (id) on delete cascade,
  build integer not null,
  n integer not null,
  bytes bytea not null,
  primary key (export_id, build, n)
);
-- Compressed already.
alter table export_chunks alter column bytes set storage external;
