-- What one has read after a conversation was closed is not the other one's business.

alter table conversation_members
  -- Where the mark stood when the conversation was last closed: all that the other one is shown
  -- while it stays so. Null where it never was.
  add column closed_read_seq bigint,
  add column closed_read_at timestamptz;

update conversation_members m set closed_read_seq = m.read_seq, closed_read_at = m.read_at
from conversations c
where c.id = m.conversation_id and not c.is_open;
