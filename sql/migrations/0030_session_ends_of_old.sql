-- Reads all sessions while everybody goes on working. What an operator wrote by hand is no reason we
-- know, and must not stop an upgrade.

update sessions set ended_why = null where ended_why not in (
  'signed out',
  'surplus',
  'password changed',
  'address proved by its owner',
  'refresh token reused',
  'disabled',
  'account left'
);

alter table sessions validate constraint sessions_ended_why_check;
