-- Who wants nothing more to do with whom. One row per direction; either one cuts both ways.

create table blocks (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  blocked_id bigint not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  check (user_id <> blocked_id)
);
create unique index blocks_pair_key on blocks (user_id, blocked_id);
create index blocks_blocked_idx on blocks (blocked_id, user_id);
