-- What workers make of a file before anybody sees it, and how far they are.
alter table media
  -- Shown in place, which only what was processed may be; all else is a download.
  add column is_inline boolean not null default false,
  -- How many bytes came: what is kept of an image is another one, made of it.
  add column sent_bytes bigint,
  -- Of smaller pictures of it, where there are any; their keys are made of its own.
  add column large_bytes bigint,
  add column small_bytes bigint,
  -- While it is to be processed: when its job is taken for lost.
  add column process_at timestamptz,
  -- How often a worker has begun and not said how it ended.
  add column attempts smallint not null default 0,
  -- Why it was refused.
  add column refusal text;
create index media_process_idx on media (process_at) where process_at is not null;

drop index media_owner_idx;
create index media_owner_idx on media (user_id, created_at)
  include (bytes, sent_bytes, large_bytes, small_bytes);

-- What was uploaded before is processed as well: until then nobody else sees what cameras wrote into it.
update media set state = 'processing', sent_bytes = bytes, process_at = created_at where state = 'ready';
