-- What the installation is, and the queue of things still to be told.

create table installation (
  only_row boolean primary key default true check (only_row),
  -- Changes when the database is restored from a backup: clients then sync from the beginning.
  epoch uuid not null default gen_random_uuid(),
  vapid_public_key text,
  -- Sealed under the installation's secret.
  vapid_private_key text,
  created_at timestamptz not null default now()
);
insert into installation default values;

-- Rows are claimed and deleted, never read by "id greater than my cursor": serial ids commit out
-- of order. A row is either messages or events.
create table outbox (
  id bigint generated always as identity primary key,
  message_ids bigint[],
  events jsonb,
  created_at timestamptz not null default now(),
  -- When the sweeper takes over from the process that wrote the row.
  due_at timestamptz not null default now() + interval '5 seconds',
  attempts smallint not null default 0,
  check (num_nonnulls(message_ids, events) = 1)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
