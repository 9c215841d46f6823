-- Addresses that a mail server refused for good, so that we do not go on knocking.

create table dead_addresses (
  -- HMAC under the installation's secret: the table names nobody.
  address_mac bytea primary key,
  -- The server's reply without its words: they may quote the address.
  reason text not null,
  refusals integer not null default 1,
  since timestamptz not null,
  -- No mail goes out before; the next refusal doubles the pause, a delivery deletes the row.
  until timestamptz not null
);
