-- What somebody does with a conversation of theirs. Both marks end by what happens in it, so nothing has to
-- be written there for anybody else: see src/features/conversations/sight.sql.ts.
alter table conversation_members
  -- How far the conversation was when they archived it.
  add column archived_seq bigint,
  -- How far they had read when they marked it unread.
  add column unread_at_seq bigint;
