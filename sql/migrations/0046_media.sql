-- Files that people have uploaded. Their bytes lie in the storage, under `key`.
create table media (
  id bigint generated always as identity primary key,
  -- Null: its owner is erased, and so will it be.
  user_id bigint references users (id) on delete set null,
  key text not null,
  -- The bytes are there from `ready` or `processing` on; `collecting` is on its way out.
  state text not null
    check (state in ('uploading', 'processing', 'ready', 'refused', 'collecting')),
  -- As its owner called it. It names nothing but what a browser saves.
  filename text not null,
  -- By what is in it.
  mime text not null,
  -- While it is uploaded: what it may become, so that uploads beside it leave room.
  bytes bigint not null,
  -- SHA-256.
  digest bytea,
  width integer,
  height integer,
  -- In seconds.
  duration double precision,
  thumbhash text,
  created_at timestamptz not null,
  -- When somebody looks whether it is of any use.
  due_at timestamptz not null
);
create unique index media_key_key on media (key);
create index media_owner_idx on media (user_id, created_at) include (bytes);
create index media_due_idx on media (due_at);

-- What has come of a file that is uploaded in several requests, each piece under a key of its own.
create table media_pieces (
  media_id bigint not null references media (id) on delete cascade,
  -- Where in the file it begins: two requests cannot both go on from there.
  start bigint not null,
  bytes bigint not null,
  key text not null,
  primary key (media_id, start)
);
