-- Requests that expire, and people found by how their id or nickname begins.

-- How many of somebody's requests wait, on either side; and which waiting ones are the oldest.
create index friend_requests_waiting_from_idx on friend_requests (from_id) where status = 0;
create index friend_requests_waiting_to_idx on friend_requests (to_id) where status = 0;
create index friend_requests_waiting_age_idx on friend_requests (created_at) where status = 0;

-- Prefixes are ranges only where text is ordered byte by byte, whatever the database's locale. Case
-- is folded by Unicode's rules (pg_c_utf8) and not by the locale's, which may know ASCII alone.
create index users_user_id_prefix_idx on users ((lower(user_id) collate "C"));
create index users_nickname_prefix_idx on users (lower(nickname collate pg_c_utf8));
