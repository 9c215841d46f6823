-- What somebody shows of themselves and lets others do. Who has changed nothing has no row: whatever asks for
-- others looks into an index of few.
create table privacy_settings (
  user_id bigint primary key references users (id),
  receipts boolean not null,
  typing boolean not null,
  -- Each `everyone`, `friends` or `nobody`, as src/protocol/settings.ts allows.
  last_seen text not null,
  find_me text not null,
  request_me text not null,
  group_me text not null
);
