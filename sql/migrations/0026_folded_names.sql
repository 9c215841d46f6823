-- People are found however the letters of their nickname are written. Up and down again folds more
-- than down alone: σ and ς, ı and i, ſ and s have one capital. On a big table make it beforehand,
-- `concurrently`: it is then left as it is. users_nickname_prefix_idx is of use to the version before
-- this one alone, and goes with a later one.

create index if not exists users_nickname_folded_idx
  on users (lower(upper(nickname collate pg_c_utf8)));
