-- What the sweeper forgets is found by an index, however much there is that stays.

create index codes_age_idx on codes (created_at);
create index refresh_tokens_age_idx on refresh_tokens (expires_at);
create index sessions_ended_idx on sessions (ended_at) where ended_at is not null;
-- A session that goes takes its registrations along.
create index push_subscriptions_session_idx on push_subscriptions (session_id);
