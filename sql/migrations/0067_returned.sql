-- When somebody came back into a group they had left. A cursor from before has seen messages that newcomers do not
-- see, and nothing else says whether: those of the last 100 that it has seen may be among what they see.
alter table conversation_members add column returned_xid xid8;
