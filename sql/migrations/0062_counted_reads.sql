-- Whoever hides their receipts is not counted among those who have read an announcement. Whether somebody is
-- stands with what they have read, so that the number changes by as many as it has to when they change that.
alter table announcement_reads add column is_counted boolean not null default true;

with hidden as (
  update announcement_reads r set is_counted = false
  from privacy_settings p where p.user_id = r.user_id and not p.receipts
  returning r.announcement_id
)
update group_announcements a set read_count = a.read_count - h.count
from (select announcement_id, count(*) as count from hidden group by 1) h
where a.id = h.announcement_id;
