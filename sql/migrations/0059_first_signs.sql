-- Groups are found by letters that spell their name: the first character of a name is one of those that are
-- read so. A subset of groups, and small.
create index if not exists groups_first_sign_idx
  on groups (substring(name collate pg_c_utf8 from '[[:alnum:]]'))
  where is_public and dissolved_at is null;
