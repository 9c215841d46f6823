-- Moments: posts of people to their friends, with likes and comments.
-- Who sees what is decided when it is read (src/features/moments/sight.store.ts), never here.

create table moments (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  content text not null,
  images text[] not null default '{}',
  location text not null default '',
  -- 0 everyone, 1 friends, 2 only me.
  visible smallint not null check (visible between 0 and 2),
  -- What moment_lists says of it: 0 nothing, 1 only those listed, 2 all but those listed.
  list_kind smallint not null default 0 check (list_kind between 0 and 2),
  -- To the millisecond, so that a cursor made of a Date finds its place again.
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  check (list_kind = 0 or visible < 2)
);
-- A wall, and everything of one's own.
create index moments_wall_idx on moments (user_id, created_at, id) include (visible, list_kind);
-- What friends see without being listed. Private posts and those for a few are not in it, so
-- nobody's timeline steps over them one by one.
create index moments_shared_idx on moments (user_id, created_at, id) include (list_kind)
  where visible < 2 and list_kind <> 1;

-- The same by time alone: whoever has many friends finds the newest of them near its end.
create index moments_recent_idx on moments (created_at, id) include (user_id, list_kind)
  where visible < 2 and list_kind <> 1;

-- Friends a post is only for (allowed) or not for. The time is the post's: with it a timeline finds
-- what somebody was listed for by one look into an index, however much others post for others.
create table moment_lists (
  moment_id bigint not null references moments (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  is_allowed boolean not null,
  created_at timestamptz(3) not null,
  primary key (moment_id, user_id)
);
create index moment_lists_allowed_idx on moment_lists (user_id, created_at, moment_id)
  where is_allowed;
create index moment_lists_user_idx on moment_lists (user_id);

create table moment_likes (
  id bigint generated always as identity primary key,
  moment_id bigint not null references moments (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  created_at timestamptz(3) not null default now()
);
create unique index moment_likes_pair_key on moment_likes (moment_id, user_id);
create index moment_likes_user_idx on moment_likes (user_id, id);

create table moment_comments (
  id bigint generated always as identity primary key,
  moment_id bigint not null references moments (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  -- No reference: the comment it answers may be deleted, then the answer stands alone.
  reply_to_id bigint,
  content text not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index moment_comments_moment_idx on moment_comments (moment_id, id);
create index moment_comments_user_idx on moment_comments (user_id, id);
