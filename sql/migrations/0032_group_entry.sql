-- How people are brought into a group, and kept out of it.

create table group_invitations (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations (id) on delete cascade,
  inviter_id bigint not null references users (id) on delete cascade,
  invitee_id bigint not null references users (id) on delete cascade,
  -- As of group_requests.
  status smallint not null default 0 check (status between 0 and 4),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index group_invitations_waiting_key on group_invitations (conversation_id, invitee_id)
  where status = 0;
create index group_invitations_invitee_idx on group_invitations (invitee_id, id);
create index group_invitations_inviter_idx on group_invitations (inviter_id);
create index group_invitations_waiting_age_idx on group_invitations (created_at) where status = 0;

create table group_links (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations (id) on delete cascade,
  -- SHA-256: whoever reads the table cannot come in by it.
  code_hash bytea not null,
  uses integer not null default 0,
  max_uses integer,
  expires_at timestamptz,
  created_by bigint not null references users (id) on delete cascade,
  created_at timestamptz not null default now()
);
create unique index group_links_code_key on group_links (code_hash);
create index group_links_conversation_idx on group_links (conversation_id);
create index group_links_creator_idx on group_links (created_by);

create table group_bans (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  by_id bigint not null references users (id) on delete cascade,
  created_at timestamptz not null default now()
);
create unique index group_bans_pair_key on group_bans (conversation_id, user_id);
create index group_bans_user_idx on group_bans (user_id);
create index group_bans_by_idx on group_bans (by_id);
