-- Two tabs that refresh at once, or a program whose answer got lost, are no theft.

alter table refresh_tokens
  -- Who swapped this token, as in known_devices: for some seconds it may show it again.
  add column spent_by bytea,
  -- With the token itself this makes the one that followed. Alone it says nothing.
  add column salt bytea;
