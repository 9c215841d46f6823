-- What looks the same is the same: texts that are compared, searched or signed in with stand in one
-- form (Unicode's NFC), as the doors store them from now on. Only rows that differ are written, and
-- those are few.

update users set nickname = normalize(nickname, nfc) where nickname is not nfc normalized;
update friends set remark = normalize(remark, nfc) where remark is not nfc normalized;

-- Two accounts may have addresses that are one and the same in this form. It stays with who has it
-- already, else goes to who has proved it, else to who came first; the others keep what they have and
-- sign in by their user_id.
with forms as (
  select distinct lower(normalize(email, nfc)) as form from users where email is not nfc normalized
), ranked as (
  select id, row_number() over (
      partition by lower(normalize(email, nfc))
      order by (email is nfc normalized) desc, email_verified_at nulls last, id
    ) as rank
  from users where lower(normalize(email, nfc)) in (select form from forms)
)
update users u set email = normalize(u.email, nfc)
from ranked r
where u.id = r.id and r.rank = 1 and u.email is not nfc normalized
  and length(normalize(u.email, nfc)) <= 254;
