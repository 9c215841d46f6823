-- People, the codes that prove their addresses, and where they are signed in.

create table users (
  id bigint generated always as identity primary key,
  user_id text not null check (user_id ~ '^[A-Za-z0-9_-]{3,32}$'),
  email text not null check (length(email) <= 254),
  -- Null until the address was proved by a code.
  email_verified_at timestamptz,
  nickname text not null,
  avatar text not null default '',
  bio text not null default '',
  locale text not null default 'en',
  password_hash text,
  role text not null default 'user' check (role in ('user', 'viewer', 'operator')),
  disabled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  last_login_at timestamptz
);
create unique index users_user_id_key on users (lower(user_id));
create unique index users_email_key on users (lower(email));

create table codes (
  id bigint generated always as identity primary key,
  email text not null,
  -- any: sent without a purpose, good to register and to sign in.
  purpose text not null check (purpose in ('any', 'register', 'login', 'reset')),
  -- HMAC under the installation's secret: six digits alone are no secret to who has the table.
  code_mac bytea not null,
  attempts smallint not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index codes_email_idx on codes (email, id desc);

create table sessions (
  id bigint generated always as identity primary key,
  user_id bigint not null references users (id) on delete cascade,
  device_id text not null,
  device_name text not null default '',
  address text not null default '',
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_why text
);
create index sessions_live_idx on sessions (user_id) where ended_at is null;

-- A spent token stays until it expires: seeing it again is the sign of a theft.
create table refresh_tokens (
  id bigint generated always as identity primary key,
  session_id bigint not null references sessions (id) on delete cascade,
  token_hash bytea not null,
  expires_at timestamptz not null,
  spent_at timestamptz
);
create unique index refresh_tokens_hash_key on refresh_tokens (token_hash);
create index refresh_tokens_session_idx on refresh_tokens (session_id);
