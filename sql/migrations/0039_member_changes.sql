-- Members of groups who are not what they were there: they came, left, got another role or another name. Of
-- each only when it was last; who is in the group no more is not there when it is looked up. See
-- docs/decisions/0025-one-cursor.md.
create table member_changes (
  conversation_id bigint not null references conversations (id) on delete cascade,
  -- Of an account; its row is not locked for this.
  user_id bigint not null,
  xid xid8 not null default pg_current_xact_id(),
  changed_at timestamptz not null default now(),
  primary key (conversation_id, user_id)
) with (fillfactor = 80);
create index member_changes_newest_idx on member_changes (conversation_id, xid);
create index member_changes_age_idx on member_changes (changed_at);
