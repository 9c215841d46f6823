-- Messages are found by the names of the files that were uploaded for them. The workers make the index anew where
-- there are any; until it is there searches read what is not in it.
do $$ begin
  if exists (select from media_in_messages) then
    truncate message_slices;
    update search_progress
    set built_to = 0, changes = pg_current_snapshot(),
      message_id = (select coalesce(max(id), 0) from messages);
  end if;
end $$;
