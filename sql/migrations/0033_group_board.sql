-- What a group keeps in sight: announcements, who has read them, pinned messages.

create table group_announcements (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations (id) on delete cascade,
  author_id bigint not null references users (id),
  content text not null,
  is_pinned boolean not null default false,
  -- Rows of announcement_reads, counted with each.
  read_count integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index group_announcements_newest_idx on group_announcements (conversation_id, is_pinned, id);
create index group_announcements_author_idx on group_announcements (author_id);

create table announcement_reads (
  announcement_id bigint not null references group_announcements (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  read_at timestamptz not null default now(),
  primary key (announcement_id, user_id)
);
create index announcement_reads_user_idx on announcement_reads (user_id);

create table group_pins (
  id bigint generated always as identity primary key,
  conversation_id bigint not null references conversations (id) on delete cascade,
  message_id bigint not null,
  pinned_by bigint not null references users (id),
  pinned_at timestamptz not null default now()
);
create unique index group_pins_message_key on group_pins (conversation_id, message_id);
create index group_pins_by_idx on group_pins (pinned_by);
