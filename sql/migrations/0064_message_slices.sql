-- The index of what was said, as a Bloom filter for each slice: see docs/decisions/0029-search-by-slices.md.
-- The workers make it anew; until it is there searches read what is not in it.
drop table message_words;

-- A slice: some messages of one conversation one after the other, and which words are in them. It refers to
-- nothing: a reference would lock the conversation's row against whoever speaks.
create table message_slices (
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
  -- A Bloom filter, as long as the number of words asks for: see src/features/search/bloom.ts.
  words bytea not null,
  -- How far a conversation is indexed is read in this index alone.
  primary key (conversation_id, first_seq) include (last_seq)
) with (autovacuum_vacuum_scale_factor = 0.05);
-- Beside the rest of its row, whatever its length: each bit that is asked for would fetch it from elsewhere.
alter table message_slices alter column words set storage plain;
create index message_slices_id_idx on message_slices (conversation_id, last_id);
create index message_slices_open_idx on message_slices (conversation_id, first_seq) where not is_full;

update search_progress
set built_to = 0, changes = pg_current_snapshot(),
  message_id = (select coalesce(max(id), 0) from messages);
