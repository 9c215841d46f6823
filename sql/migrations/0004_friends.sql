-- Requests and friendships. A friendship is two rows, one for each side's own settings.

create table friend_requests (
  id bigint generated always as identity primary key,
  from_id bigint not null references users (id) on delete cascade,
  to_id bigint not null references users (id) on delete cascade,
  message text not null default '',
  status smallint not null default 0 check (status between 0 and 4),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (from_id <> to_id)
);
-- At most one waiting request between two people, whichever of them asks.
create unique index friend_requests_waiting_key
  on friend_requests (least(from_id, to_id), greatest(from_id, to_id)) where status = 0;
create index friend_requests_to_idx on friend_requests (to_id, id desc);
create index friend_requests_from_idx on friend_requests (from_id, id desc);

create table friends (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  friend_id bigint not null references users (id) on delete cascade,
  remark text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (user_id <> friend_id)
);
create unique index friends_pair_key on friends (user_id, friend_id);
