-- What edited messages said before, for whoever has to judge them: gone once a message is taken back
-- or its sender's account is erased.

create table message_revisions (
  message_id bigint not null references messages (id) on delete cascade,
  -- From 1, in the order it was said; what it says now stands in messages alone.
  n smallint not null,
  -- The sender of the message, so that what is erased and taken along is found by person.
  sender_id bigint not null references users (id) on delete cascade,
  content text not null,
  -- When it was said so, not when it was said otherwise.
  said_at timestamptz not null,
  primary key (message_id, n)
);
create index message_revisions_sender_idx on message_revisions (sender_id, message_id);
