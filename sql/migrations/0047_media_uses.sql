-- Where files are used: who may read what stands there may fetch them.

-- Written before the message is, by the name it will have: sending knows nothing of files. A message that
-- was never stored, or was taken back, lets nobody in.
create table media_in_messages (
  media_id bigint not null references media (id) on delete cascade,
  conversation_id bigint not null,
  sender_id bigint not null,
  client_msg_id uuid not null,
  primary key (sender_id, client_msg_id, media_id)
);
create index media_in_messages_media_idx on media_in_messages (media_id, conversation_id);

create table media_in_moments (
  moment_id bigint not null references moments (id) on delete cascade,
  media_id bigint not null references media (id) on delete cascade,
  primary key (moment_id, media_id)
);
create index media_in_moments_media_idx on media_in_moments (media_id);

-- That a group has had it as its avatar; whether it has still, the group says.
create table media_in_groups (
  conversation_id bigint not null references conversations (id) on delete cascade,
  media_id bigint not null references media (id) on delete cascade,
  primary key (conversation_id, media_id)
);
create index media_in_groups_media_idx on media_in_groups (media_id);
