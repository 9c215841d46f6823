-- What was said, as it is found: see docs/decisions/0029-search-by-slices.md.

-- A slice: some messages of one conversation one after the other, and all words in them. Kept by the
-- workers. It refers to nothing: a reference would lock the conversation's row against whoever speaks.
create table message_words (
  conversation_id bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  -- Of its messages, the lowest and the highest.
  first_id bigint not null,
  last_id bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  -- Others are made into larger ones.
  is_full boolean not null,
  -- See src/features/search/words.ts; made by us and not by a configuration of text search.
  words tsvector not null,
  primary key (conversation_id, first_seq)
-- The words stand apart, so that many slices are looked at without them.
) with (toast_tuple_target = 128, autovacuum_vacuum_scale_factor = 0.05);
-- No pending list: it would be read through by every search.
create index message_words_words_idx on message_words using gin (words) with (fastupdate = off);
create index message_words_open_idx on message_words (conversation_id, first_seq) where not is_full;

-- How far the index is.
create table search_progress (
  only_row boolean primary key default true check (only_row),
  -- What was said up to here has been looked at; what commits late is found with what comes after it.
  message_id bigint not null default 0,
  -- Edits and recalls that this has seen are in the index.
  changes pg_snapshot not null default pg_current_snapshot(),
  -- Conversations up to this one are indexed from their beginning; null: all of them.
  built_to bigint default 0
);
insert into search_progress (message_id) select coalesce(max(id), 0) from messages;

-- What changed since a snapshot, in all conversations.
create index message_changes_xid_idx on message_changes (xid);
