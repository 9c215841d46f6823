-- Statements are planned once, for whoever asks, and the average person has few conversations: any index that
-- begins with a person seemed as good as another then, and somebody with thousands had all of theirs read. Plans
-- are for somebody with 200 instead: see docs/decisions/0042-planned-for-those-with-many.md.
alter table conversations
  alter user1_id set (n_distinct = -0.005),
  alter user2_id set (n_distinct = -0.005);
alter table conversation_members alter user_id set (n_distinct = -0.005);
alter table account_changes alter user_id set (n_distinct = -0.005);

-- It takes effect with the next statistics. Those of an empty table would say that it stays as small.
do $$ begin
  if exists (select from conversations) then
    analyze conversations, conversation_members, account_changes;
  end if;
end $$;
