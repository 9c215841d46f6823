-- Sending is not reading: one's own words are never unread, and do not make anything else read.

alter table conversation_members
  -- How many messages are not unread here: all up to read_seq, and one's own after it. So unread is
  -- last_seq minus this. Less than read_seq means read_seq: in rows that nobody has written yet,
  -- and in those that a server of before has moved, which then counts too much, never too little.
  add column read_count bigint not null default 0;
