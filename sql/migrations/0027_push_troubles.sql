-- A registration that its push service does not take stays; what is the matter stands beside it.

alter table push_subscriptions
  -- The first and the last attempt of a row of failed ones, and what came of the last. Null when
  -- the last notification was taken.
  add column failing_since timestamptz,
  add column failed_at timestamptz,
  add column failing_why text;
