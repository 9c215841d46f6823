-- Push to phones: a registration is of a kind, and has what that kind needs.

alter table push_subscriptions
  add column kind text not null default 'web',
  -- What a provider knows a phone by.
  add column token text,
  -- Which of the operator's apps it is; null: the only one, or the first.
  add column app_id text,
  add column is_sandbox boolean not null default false,
  alter column endpoint drop not null,
  alter column p256dh drop not null,
  alter column auth drop not null,
  add constraint push_subscriptions_kind_check check (
    case kind
      when 'web' then endpoint is not null and p256dh is not null and auth is not null and token is null
      else token is not null and endpoint is null
    end
  );
-- One phone, one person.
create unique index push_subscriptions_token_key on push_subscriptions (kind, token);
