-- Why sessions end is one of these words: all that any version has ever written, and `endReasons` in
-- src/features/signin/sessions.store.ts. Old rows are looked at by the next migration: this one
-- keeps everybody waiting and must be over at once.

alter table sessions add constraint sessions_ended_why_check check (ended_why in (
  'signed out',
  'surplus',
  'password changed',
  'address proved by its owner',
  'refresh token reused',
  'disabled',
  'account left'
)) not valid;
