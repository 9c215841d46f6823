-- When it was looked whether what is stored agrees with itself, and what was found. That this migration was
-- applied also says from when on the log of changes can be relied on.
create table consistency_checks (
  name text primary key,
  begun_at timestamptz not null,
  -- Null until it was done once to its end.
  ended_at timestamptz,
  -- Rows, and those of them that were wrong.
  looked_at bigint,
  wrong bigint
);

-- How far back the log of changes goes: what changed before may have been forgotten, so an older cursor is not
-- served, whatever is set by now.
create table change_log (
  only_row boolean primary key default true check (only_row),
  forgotten_at timestamptz not null
);
-- So long it was kept until now.
insert into change_log (forgotten_at) values (now() - interval '32 days');
