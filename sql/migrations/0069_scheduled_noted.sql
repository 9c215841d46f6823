-- What somebody has scheduled reaches their devices by their cursors from here on: see
-- docs/decisions/0025-one-cursor.md. What there was before is noted as new, so that devices that are there
-- already get it as well.
insert into account_changes (user_id, kind, ref)
select user_id, 11, id from scheduled_messages
on conflict do nothing;
