-- Every table and index after all migrations. Read this first.
-- Written by `bun sql/dump.ts`; a test compares it with what the migrations make.

create table account_changes (
  user_id bigint not null,
  kind smallint not null,
  ref bigint not null,
  xid xid8 not null default pg_current_xact_id(),
  changed_at timestamp with time zone not null default now(),
  constraint account_changes_pkey PRIMARY KEY (user_id, kind, ref)
) with (fillfactor=80);

alter table account_changes alter user_id set (n_distinct=-0.005);

CREATE INDEX account_changes_age_idx ON account_changes USING btree (changed_at);
CREATE INDEX account_changes_newest_idx ON account_changes USING btree (user_id, xid);

create table announcement_reads (
  announcement_id bigint not null,
  user_id bigint not null,
  read_at timestamp with time zone not null default now(),
  is_counted boolean not null default true,
  constraint announcement_reads_pkey PRIMARY KEY (announcement_id, user_id),
  constraint announcement_reads_announcement_id_fkey FOREIGN KEY (announcement_id) REFERENCES group_announcements(id) ON DELETE CASCADE,
  constraint announcement_reads_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE INDEX announcement_reads_user_idx ON announcement_reads USING btree (user_id);

create table blocks (
  id bigint not null generated always as identity,
  user_id bigint not null,
  blocked_id bigint not null,
  created_at timestamp with time zone not null default now(),
  constraint blocks_pkey PRIMARY KEY (id),
  constraint blocks_blocked_id_fkey FOREIGN KEY (blocked_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint blocks_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint blocks_check CHECK ((user_id <> blocked_id))
);

CREATE INDEX blocks_blocked_idx ON blocks USING btree (blocked_id, user_id);
CREATE UNIQUE INDEX blocks_pair_key ON blocks USING btree (user_id, blocked_id);

create table burned_messages (
  conversation_id bigint not null,
  seq bigint not null,
  message_id bigint not null,
  sender_id bigint not null,
  client_msg_id uuid not null,
  said_at timestamp with time zone not null,
  burned_at timestamp with time zone not null,
  xid xid8 not null default pg_current_xact_id(),
  constraint burned_messages_pkey PRIMARY KEY (conversation_id, seq),
  constraint burned_messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX burned_messages_client_key ON burned_messages USING btree (sender_id, client_msg_id);
CREATE INDEX burned_messages_newest_idx ON burned_messages USING btree (conversation_id, xid);
CREATE INDEX burned_messages_xid_idx ON burned_messages USING btree (xid);

create table change_log (
  only_row boolean not null default true,
  forgotten_at timestamp with time zone not null,
  constraint change_log_pkey PRIMARY KEY (only_row),
  constraint change_log_only_row_check CHECK (only_row)
);

create table codes (
  id bigint not null generated always as identity,
  email text not null,
  purpose text not null,
  code_mac bytea not null,
  attempts smallint not null default 0,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  used_at timestamp with time zone,
  place text not null default ''::text,
  foreign_attempts smallint not null default 0,
  constraint codes_pkey PRIMARY KEY (id),
  constraint codes_purpose_check CHECK ((purpose = ANY (ARRAY['any'::text, 'register'::text, 'login'::text, 'reset'::text])))
);

CREATE INDEX codes_age_idx ON codes USING btree (created_at);
CREATE INDEX codes_email_idx ON codes USING btree (email, id DESC);

create table consistency_checks (
  name text not null,
  begun_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  looked_at bigint,
  wrong bigint,
  constraint consistency_checks_pkey PRIMARY KEY (name)
);

create table conversation_drafts (
  user_id bigint not null,
  conversation_id bigint not null,
  content text not null,
  reply_to_id bigint,
  updated_at timestamp with time zone not null,
  constraint conversation_drafts_pkey PRIMARY KEY (user_id, conversation_id),
  constraint conversation_drafts_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint conversation_drafts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);

create table conversation_members (
  conversation_id bigint not null,
  user_id bigint not null,
  role smallint not null default 1,
  read_seq bigint not null default 0,
  read_at timestamp with time zone,
  opened_at timestamp with time zone,
  is_pinned boolean not null default false,
  is_muted boolean not null default false,
  muted_until timestamp with time zone,
  joined_at timestamp with time zone not null default now(),
  left_at timestamp with time zone,
  closed_read_seq bigint,
  closed_read_at timestamp with time zone,
  read_count bigint not null default 0,
  sees_after bigint not null default 0,
  nickname text not null default ''::text,
  spoke_at timestamp with time zone,
  in_channel boolean not null default false,
  quiet_until timestamp with time zone,
  is_silent boolean not null default false,
  archived_seq bigint,
  unread_at_seq bigint,
  is_direct boolean not null default false,
  settled_unread bigint not null default 0,
  returned_xid xid8,
  constraint conversation_members_pkey PRIMARY KEY (conversation_id, user_id),
  constraint conversation_members_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint conversation_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with (fillfactor=80);

alter table conversation_members alter user_id set (n_distinct=-0.005);

CREATE INDEX conversation_members_channels_idx ON conversation_members USING btree (user_id) WHERE (in_channel AND (left_at IS NULL));
CREATE INDEX conversation_members_groups_idx ON conversation_members USING btree (user_id) WHERE ((NOT is_direct) AND (left_at IS NULL));
CREATE INDEX conversation_members_opened_idx ON conversation_members USING btree (user_id, opened_at) WHERE (opened_at IS NOT NULL);
CREATE INDEX conversation_members_pinned_idx ON conversation_members USING btree (user_id) WHERE is_pinned;
CREATE INDEX conversation_members_quiet_end_idx ON conversation_members USING btree (quiet_until) WHERE (is_muted AND (quiet_until IS NOT NULL));
CREATE INDEX conversation_members_user_idx ON conversation_members USING btree (user_id, conversation_id);

create table conversations (
  id bigint not null generated always as identity,
  kind smallint not null,
  user1_id bigint,
  user2_id bigint,
  is_open boolean not null default true,
  last_seq bigint not null default 0,
  version bigint not null default 0,
  last_message_id bigint,
  last_message_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  group_id text,
  posting_role smallint not null default 1,
  slow_seconds integer not null default 0,
  judged_xid xid8,
  is_channel boolean not null default false,
  xid xid8 not null default pg_current_xact_id(),
  active_hour timestamp without time zone generated always as (date_trunc('hour'::text, (last_message_at AT TIME ZONE 'UTC'::text))) stored,
  burn_seconds integer,
  xid_span integer not null generated always as (((((xid)::text)::bigint >> 18))::integer) stored,
  constraint conversations_pkey PRIMARY KEY (id),
  constraint conversations_user1_id_fkey FOREIGN KEY (user1_id) REFERENCES users(id),
  constraint conversations_user2_id_fkey FOREIGN KEY (user2_id) REFERENCES users(id),
  constraint conversations_burn_seconds_check CHECK ((burn_seconds >= 0)),
  constraint conversations_check CHECK (((kind = 1) = ((user1_id IS NOT NULL) AND (user2_id IS NOT NULL)))),
  constraint conversations_group_check CHECK (((kind = 2) = (group_id IS NOT NULL))),
  constraint conversations_kind_check CHECK ((kind = ANY (ARRAY[1, 2])))
) with (fillfactor=70);

alter table conversations alter user1_id set (n_distinct=-0.005);
alter table conversations alter user2_id set (n_distinct=-0.005);

CREATE INDEX conversations_first_active_idx ON conversations USING btree (user1_id, active_hour) WHERE (kind = 1);
CREATE INDEX conversations_first_span_idx ON conversations USING btree (user1_id, xid_span) WHERE (kind = 1);
CREATE UNIQUE INDEX conversations_group_key ON conversations USING btree (group_id) WHERE (kind = 2);
CREATE UNIQUE INDEX conversations_pair_key ON conversations USING btree (user1_id, user2_id) WHERE (kind = 1);
CREATE INDEX conversations_second_active_idx ON conversations USING btree (user2_id, active_hour) WHERE (kind = 1);
CREATE INDEX conversations_second_span_idx ON conversations USING btree (user2_id, xid_span) WHERE (kind = 1);

create table dead_addresses (
  address_mac bytea not null,
  reason text not null,
  refusals integer not null default 1,
  since timestamp with time zone not null,
  until timestamp with time zone not null,
  constraint dead_addresses_pkey PRIMARY KEY (address_mac)
);

create table email_settings (
  user_id bigint not null,
  digest text not null,
  updated_at timestamp with time zone not null,
  look_at timestamp with time zone,
  told_at timestamp with time zone,
  told_message_id bigint,
  mailed_at timestamp with time zone,
  constraint email_settings_pkey PRIMARY KEY (user_id),
  constraint email_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint email_settings_check CHECK (((digest = 'off'::text) = (look_at IS NULL))),
  constraint email_settings_digest_check CHECK ((digest = ANY (ARRAY['off'::text, 'daily'::text, 'weekly'::text])))
);

CREATE INDEX email_settings_due_idx ON email_settings USING btree (look_at) WHERE (look_at IS NOT NULL);
CREATE INDEX email_settings_told_idx ON email_settings USING btree (told_at) WHERE (told_at IS NOT NULL);

create table export_chunks (
  export_id bigint not null,
  build integer not null,
  n integer not null,
  bytes bytea not null,
  constraint export_chunks_pkey PRIMARY KEY (export_id, build, n),
  constraint export_chunks_export_id_fkey FOREIGN KEY (export_id) REFERENCES exports(id) ON DELETE CASCADE
);

create table exports (
  id bigint not null generated always as identity,
  user_id bigint not null,
  build integer not null default 0,
  token_hash bytea,
  created_at timestamp with time zone not null,
  ready_at timestamp with time zone,
  expires_at timestamp with time zone,
  used_at timestamp with time zone,
  constraint exports_pkey PRIMARY KEY (id),
  constraint exports_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX exports_building_key ON exports USING btree (user_id) WHERE (ready_at IS NULL);
CREATE UNIQUE INDEX exports_token_key ON exports USING btree (token_hash);
CREATE INDEX exports_user_idx ON exports USING btree (user_id);

create table favorites (
  id bigint not null generated always as identity,
  user_id bigint not null,
  message_id bigint not null,
  conversation_id bigint not null,
  seq bigint not null,
  created_at timestamp with time zone not null,
  constraint favorites_pkey PRIMARY KEY (id),
  constraint favorites_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint favorites_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE INDEX favorites_end_idx ON favorites USING btree (message_id);
CREATE UNIQUE INDEX favorites_message_key ON favorites USING btree (user_id, message_id);
CREATE INDEX favorites_newest_idx ON favorites USING btree (user_id, id);

create table friend_requests (
  id bigint not null generated always as identity,
  from_id bigint not null,
  to_id bigint not null,
  message text not null default ''::text,
  status smallint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint friend_requests_pkey PRIMARY KEY (id),
  constraint friend_requests_from_id_fkey FOREIGN KEY (from_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint friend_requests_to_id_fkey FOREIGN KEY (to_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint friend_requests_check CHECK ((from_id <> to_id)),
  constraint friend_requests_status_check CHECK (((status >= 0) AND (status <= 4)))
);

CREATE INDEX friend_requests_from_idx ON friend_requests USING btree (from_id, id DESC);
CREATE INDEX friend_requests_to_idx ON friend_requests USING btree (to_id, id DESC);
CREATE INDEX friend_requests_waiting_age_idx ON friend_requests USING btree (created_at) WHERE (status = 0);
CREATE INDEX friend_requests_waiting_from_idx ON friend_requests USING btree (from_id) WHERE (status = 0);
CREATE UNIQUE INDEX friend_requests_waiting_key ON friend_requests USING btree (LEAST(from_id, to_id), GREATEST(from_id, to_id)) WHERE (status = 0);
CREATE INDEX friend_requests_waiting_to_idx ON friend_requests USING btree (to_id) WHERE (status = 0);

create table friends (
  id bigint not null generated always as identity,
  user_id bigint not null,
  friend_id bigint not null,
  remark text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint friends_pkey PRIMARY KEY (id),
  constraint friends_friend_id_fkey FOREIGN KEY (friend_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint friends_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint friends_check CHECK ((user_id <> friend_id))
);

CREATE UNIQUE INDEX friends_pair_key ON friends USING btree (user_id, friend_id);

create table group_announcements (
  id bigint not null generated always as identity,
  conversation_id bigint not null,
  author_id bigint not null,
  content text not null,
  is_pinned boolean not null default false,
  read_count integer not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint group_announcements_pkey PRIMARY KEY (id),
  constraint group_announcements_author_id_fkey FOREIGN KEY (author_id) REFERENCES users(id),
  constraint group_announcements_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE
);

CREATE INDEX group_announcements_author_idx ON group_announcements USING btree (author_id);
CREATE INDEX group_announcements_newest_idx ON group_announcements USING btree (conversation_id, is_pinned, id);

create table group_bans (
  id bigint not null generated always as identity,
  conversation_id bigint not null,
  user_id bigint not null,
  by_id bigint not null,
  created_at timestamp with time zone not null default now(),
  constraint group_bans_pkey PRIMARY KEY (id),
  constraint group_bans_by_id_fkey FOREIGN KEY (by_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint group_bans_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint group_bans_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE INDEX group_bans_by_idx ON group_bans USING btree (by_id);
CREATE UNIQUE INDEX group_bans_pair_key ON group_bans USING btree (conversation_id, user_id);
CREATE INDEX group_bans_user_idx ON group_bans USING btree (user_id);

create table group_invitations (
  id bigint not null generated always as identity,
  conversation_id bigint not null,
  inviter_id bigint not null,
  invitee_id bigint not null,
  status smallint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint group_invitations_pkey PRIMARY KEY (id),
  constraint group_invitations_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint group_invitations_invitee_id_fkey FOREIGN KEY (invitee_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint group_invitations_inviter_id_fkey FOREIGN KEY (inviter_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint group_invitations_status_check CHECK (((status >= 0) AND (status <= 4)))
);

CREATE INDEX group_invitations_invitee_idx ON group_invitations USING btree (invitee_id, id);
CREATE INDEX group_invitations_inviter_idx ON group_invitations USING btree (inviter_id);
CREATE INDEX group_invitations_waiting_age_idx ON group_invitations USING btree (created_at) WHERE (status = 0);
CREATE UNIQUE INDEX group_invitations_waiting_key ON group_invitations USING btree (conversation_id, invitee_id) WHERE (status = 0);

create table group_links (
  id bigint not null generated always as identity,
  conversation_id bigint not null,
  code_hash bytea not null,
  uses integer not null default 0,
  max_uses integer,
  expires_at timestamp with time zone,
  created_by bigint not null,
  created_at timestamp with time zone not null default now(),
  constraint group_links_pkey PRIMARY KEY (id),
  constraint group_links_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint group_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES users(id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX group_links_code_key ON group_links USING btree (code_hash);
CREATE INDEX group_links_conversation_idx ON group_links USING btree (conversation_id);
CREATE INDEX group_links_creator_idx ON group_links USING btree (created_by);

create table group_pins (
  id bigint not null generated always as identity,
  conversation_id bigint not null,
  message_id bigint not null,
  pinned_by bigint not null,
  pinned_at timestamp with time zone not null default now(),
  constraint group_pins_pkey PRIMARY KEY (id),
  constraint group_pins_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint group_pins_pinned_by_fkey FOREIGN KEY (pinned_by) REFERENCES users(id)
);

CREATE INDEX group_pins_by_idx ON group_pins USING btree (pinned_by);
CREATE UNIQUE INDEX group_pins_message_key ON group_pins USING btree (conversation_id, message_id);

create table group_requests (
  id bigint not null generated always as identity,
  conversation_id bigint not null,
  user_id bigint not null,
  message text not null default ''::text,
  status smallint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint group_requests_pkey PRIMARY KEY (id),
  constraint group_requests_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint group_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint group_requests_status_check CHECK (((status >= 0) AND (status <= 4)))
);

CREATE INDEX group_requests_newest_idx ON group_requests USING btree (conversation_id, id);
CREATE INDEX group_requests_user_idx ON group_requests USING btree (user_id);
CREATE INDEX group_requests_waiting_age_idx ON group_requests USING btree (created_at) WHERE (status = 0);
CREATE UNIQUE INDEX group_requests_waiting_key ON group_requests USING btree (conversation_id, user_id) WHERE (status = 0);

create table groups (
  conversation_id bigint not null,
  name text not null,
  description text not null default ''::text,
  avatar text not null default ''::text,
  owner_id bigint not null,
  max_members integer not null,
  member_count integer not null,
  is_public boolean not null default false,
  join_approval boolean not null default false,
  history smallint not null default 0,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  dissolved_at timestamp with time zone,
  constraint groups_pkey PRIMARY KEY (conversation_id),
  constraint groups_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint groups_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id),
  constraint groups_history_check CHECK (((history >= 0) AND (history <= 2)))
) with (fillfactor=80);

CREATE INDEX groups_first_sign_idx ON groups USING btree ("substring"((name COLLATE pg_c_utf8), '[[:alnum:]]'::text)) WHERE (is_public AND (dissolved_at IS NULL));
CREATE INDEX groups_name_folded_idx ON groups USING btree (lower(upper((name COLLATE pg_c_utf8)))) WHERE (is_public AND (dissolved_at IS NULL));
CREATE INDEX groups_owner_idx ON groups USING btree (owner_id);

create table installation (
  only_row boolean not null default true,
  epoch uuid not null default gen_random_uuid(),
  vapid_public_key text,
  vapid_private_key text,
  created_at timestamp with time zone not null default now(),
  constraint installation_pkey PRIMARY KEY (only_row),
  constraint installation_only_row_check CHECK (only_row)
);

create table known_devices (
  id bigint not null generated always as identity,
  user_id bigint not null,
  mark bytea not null,
  last_seen_at timestamp with time zone not null,
  constraint known_devices_pkey PRIMARY KEY (id),
  constraint known_devices_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX known_devices_mark_key ON known_devices USING btree (user_id, mark);

create table media (
  id bigint not null generated always as identity,
  user_id bigint,
  key text not null,
  state text not null,
  filename text not null,
  mime text not null,
  bytes bigint not null,
  digest bytea,
  width integer,
  height integer,
  duration double precision,
  thumbhash text,
  created_at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  is_inline boolean not null default false,
  sent_bytes bigint,
  large_bytes bigint,
  small_bytes bigint,
  process_at timestamp with time zone,
  attempts smallint not null default 0,
  refusal text,
  constraint media_pkey PRIMARY KEY (id),
  constraint media_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL,
  constraint media_state_check CHECK ((state = ANY (ARRAY['uploading'::text, 'processing'::text, 'ready'::text, 'refused'::text, 'collecting'::text])))
);

CREATE INDEX media_due_idx ON media USING btree (due_at);
CREATE UNIQUE INDEX media_key_key ON media USING btree (key);
CREATE INDEX media_owner_idx ON media USING btree (user_id, created_at) INCLUDE (bytes, sent_bytes, large_bytes, small_bytes);
CREATE INDEX media_process_idx ON media USING btree (process_at) WHERE (process_at IS NOT NULL);

create table media_in_groups (
  conversation_id bigint not null,
  media_id bigint not null,
  constraint media_in_groups_pkey PRIMARY KEY (conversation_id, media_id),
  constraint media_in_groups_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint media_in_groups_media_id_fkey FOREIGN KEY (media_id) REFERENCES media(id) ON DELETE CASCADE
);

CREATE INDEX media_in_groups_media_idx ON media_in_groups USING btree (media_id);

create table media_in_messages (
  media_id bigint not null,
  conversation_id bigint not null,
  sender_id bigint not null,
  client_msg_id uuid not null,
  constraint media_in_messages_pkey PRIMARY KEY (sender_id, client_msg_id, media_id),
  constraint media_in_messages_media_id_fkey FOREIGN KEY (media_id) REFERENCES media(id) ON DELETE CASCADE
);

CREATE INDEX media_in_messages_media_idx ON media_in_messages USING btree (media_id, conversation_id);

create table media_in_moments (
  moment_id bigint not null,
  media_id bigint not null,
  constraint media_in_moments_pkey PRIMARY KEY (moment_id, media_id),
  constraint media_in_moments_media_id_fkey FOREIGN KEY (media_id) REFERENCES media(id) ON DELETE CASCADE,
  constraint media_in_moments_moment_id_fkey FOREIGN KEY (moment_id) REFERENCES moments(id) ON DELETE CASCADE
);

CREATE INDEX media_in_moments_media_idx ON media_in_moments USING btree (media_id);

create table media_pieces (
  media_id bigint not null,
  start bigint not null,
  bytes bigint not null,
  key text not null,
  constraint media_pieces_pkey PRIMARY KEY (media_id, start),
  constraint media_pieces_media_id_fkey FOREIGN KEY (media_id) REFERENCES media(id) ON DELETE CASCADE
);

create table member_changes (
  conversation_id bigint not null,
  user_id bigint not null,
  xid xid8 not null default pg_current_xact_id(),
  changed_at timestamp with time zone not null default now(),
  constraint member_changes_pkey PRIMARY KEY (conversation_id, user_id),
  constraint member_changes_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE
) with (fillfactor=80);

CREATE INDEX member_changes_age_idx ON member_changes USING btree (changed_at);
CREATE INDEX member_changes_newest_idx ON member_changes USING btree (conversation_id, xid);

create table mentions (
  user_id bigint not null,
  conversation_id bigint not null,
  seq bigint not null,
  message_id bigint not null,
  constraint mentions_pkey PRIMARY KEY (user_id, conversation_id, seq)
);

CREATE INDEX mentions_newest_idx ON mentions USING btree (user_id, message_id);

create table message_changes (
  conversation_id bigint not null,
  message_id bigint not null,
  xid xid8 not null default pg_current_xact_id(),
  changed_at timestamp with time zone not null default now(),
  constraint message_changes_pkey PRIMARY KEY (conversation_id, message_id),
  constraint message_changes_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE
);

CREATE INDEX message_changes_age_idx ON message_changes USING btree (changed_at);
CREATE INDEX message_changes_newest_idx ON message_changes USING btree (conversation_id, xid);
CREATE INDEX message_changes_xid_idx ON message_changes USING btree (xid);

create table message_deletions (
  user_id bigint not null,
  conversation_id bigint not null,
  seq bigint not null,
  message_id bigint not null,
  deleted_at timestamp with time zone not null,
  constraint message_deletions_pkey PRIMARY KEY (user_id, conversation_id, seq),
  constraint message_deletions_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint message_deletions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE INDEX message_deletions_message_idx ON message_deletions USING btree (message_id, user_id);

create table message_ends (
  message_id bigint not null,
  conversation_id bigint not null,
  expires_at timestamp with time zone not null,
  constraint message_ends_pkey PRIMARY KEY (message_id),
  constraint message_ends_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE
);

CREATE INDEX message_ends_due_idx ON message_ends USING btree (expires_at);

create table message_reactions (
  message_id bigint not null,
  user_id bigint not null,
  emoji text not null,
  created_at timestamp with time zone not null,
  constraint message_reactions_pkey PRIMARY KEY (message_id, user_id, emoji),
  constraint message_reactions_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint message_reactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);

CREATE INDEX message_reactions_order_idx ON message_reactions USING btree (message_id, created_at, user_id);
CREATE INDEX message_reactions_user_idx ON message_reactions USING btree (user_id, message_id);

create table message_revisions (
  message_id bigint not null,
  n smallint not null,
  sender_id bigint not null,
  content text not null,
  said_at timestamp with time zone not null,
  constraint message_revisions_pkey PRIMARY KEY (message_id, n),
  constraint message_revisions_message_id_fkey FOREIGN KEY (message_id) REFERENCES messages(id) ON DELETE CASCADE,
  constraint message_revisions_sender_id_fkey FOREIGN KEY (sender_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE INDEX message_revisions_sender_idx ON message_revisions USING btree (sender_id, message_id);

create table message_slices (
  conversation_id bigint not null,
  first_seq bigint not null,
  last_seq bigint not null,
  first_id bigint not null,
  last_id bigint not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  is_full boolean not null,
  words bytea not null,
  constraint message_slices_pkey PRIMARY KEY (conversation_id, first_seq) INCLUDE (last_seq)
) with (autovacuum_vacuum_scale_factor=0.05);

CREATE INDEX message_slices_id_idx ON message_slices USING btree (conversation_id, last_id);
CREATE INDEX message_slices_open_idx ON message_slices USING btree (conversation_id, first_seq) WHERE (NOT is_full);

create table messages (
  id bigint not null generated always as identity,
  conversation_id bigint not null,
  seq bigint not null,
  sender_id bigint not null,
  client_msg_id uuid not null,
  digest bigint not null,
  message_type smallint not null,
  content text not null,
  media_url text not null default ''::text,
  reply_to_id bigint,
  created_at timestamp with time zone not null default now(),
  edited_at timestamp with time zone,
  recalled_at timestamp with time zone,
  xid xid8 not null default pg_current_xact_id(),
  at_users bigint[],
  recalled_by bigint,
  reactions jsonb,
  reacted_at timestamp with time zone,
  expires_at timestamp with time zone,
  constraint messages_pkey PRIMARY KEY (id)
) with (fillfactor=95);

CREATE UNIQUE INDEX messages_client_key ON messages USING btree (sender_id, client_msg_id);
CREATE UNIQUE INDEX messages_seq_key ON messages USING btree (conversation_id, seq);

create table moment_comments (
  id bigint not null generated always as identity,
  moment_id bigint not null,
  user_id bigint not null,
  reply_to_id bigint,
  content text not null,
  created_at timestamp(3) with time zone not null default now(),
  updated_at timestamp(3) with time zone not null default now(),
  constraint moment_comments_pkey PRIMARY KEY (id),
  constraint moment_comments_moment_id_fkey FOREIGN KEY (moment_id) REFERENCES moments(id) ON DELETE CASCADE,
  constraint moment_comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE INDEX moment_comments_moment_idx ON moment_comments USING btree (moment_id, id);
CREATE INDEX moment_comments_user_idx ON moment_comments USING btree (user_id, id);

create table moment_likes (
  id bigint not null generated always as identity,
  moment_id bigint not null,
  user_id bigint not null,
  created_at timestamp(3) with time zone not null default now(),
  constraint moment_likes_pkey PRIMARY KEY (id),
  constraint moment_likes_moment_id_fkey FOREIGN KEY (moment_id) REFERENCES moments(id) ON DELETE CASCADE,
  constraint moment_likes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX moment_likes_pair_key ON moment_likes USING btree (moment_id, user_id);
CREATE INDEX moment_likes_user_idx ON moment_likes USING btree (user_id, id);

create table moment_lists (
  moment_id bigint not null,
  user_id bigint not null,
  is_allowed boolean not null,
  created_at timestamp(3) with time zone not null,
  constraint moment_lists_pkey PRIMARY KEY (moment_id, user_id),
  constraint moment_lists_moment_id_fkey FOREIGN KEY (moment_id) REFERENCES moments(id) ON DELETE CASCADE,
  constraint moment_lists_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE INDEX moment_lists_allowed_idx ON moment_lists USING btree (user_id, created_at, moment_id) WHERE is_allowed;
CREATE INDEX moment_lists_user_idx ON moment_lists USING btree (user_id);

create table moments (
  id bigint not null generated always as identity,
  user_id bigint not null,
  content text not null,
  images text[] not null default '{}'::text[],
  location text not null default ''::text,
  visible smallint not null,
  list_kind smallint not null default 0,
  created_at timestamp(3) with time zone not null default now(),
  updated_at timestamp(3) with time zone not null default now(),
  constraint moments_pkey PRIMARY KEY (id),
  constraint moments_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint moments_check CHECK (((list_kind = 0) OR (visible < 2))),
  constraint moments_list_kind_check CHECK (((list_kind >= 0) AND (list_kind <= 2))),
  constraint moments_visible_check CHECK (((visible >= 0) AND (visible <= 2)))
);

CREATE INDEX moments_recent_idx ON moments USING btree (created_at, id) INCLUDE (user_id, list_kind) WHERE ((visible < 2) AND (list_kind <> 1));
CREATE INDEX moments_shared_idx ON moments USING btree (user_id, created_at, id) INCLUDE (list_kind) WHERE ((visible < 2) AND (list_kind <> 1));
CREATE INDEX moments_wall_idx ON moments USING btree (user_id, created_at, id) INCLUDE (visible, list_kind);

create table outbox (
  id bigint not null generated always as identity,
  message_ids bigint[],
  events jsonb,
  created_at timestamp with time zone not null default now(),
  due_at timestamp with time zone not null default (now() + '00:00:05'::interval),
  attempts smallint not null default 0,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_check CHECK ((num_nonnulls(message_ids, events) = 1))
) with (autovacuum_vacuum_scale_factor=0, autovacuum_vacuum_threshold=5000);

create table privacy_settings (
  user_id bigint not null,
  receipts boolean not null,
  typing boolean not null,
  last_seen text not null,
  find_me text not null,
  request_me text not null,
  group_me text not null,
  constraint privacy_settings_pkey PRIMARY KEY (user_id),
  constraint privacy_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);

create table push_attempts (
  id bigint not null generated always as identity,
  user_id bigint not null,
  conversation_id bigint not null,
  registration_id bigint not null,
  kind text not null,
  state text not null,
  answer text not null,
  seq bigint,
  at timestamp with time zone not null,
  constraint push_attempts_pkey PRIMARY KEY (id),
  constraint push_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

CREATE INDEX push_attempts_age_idx ON push_attempts USING btree (at);
CREATE INDEX push_attempts_shown_idx ON push_attempts USING btree (registration_id, conversation_id, id) WHERE (state = ANY (ARRAY['sent'::text, 'cleared'::text]));
CREATE INDEX push_attempts_told_idx ON push_attempts USING btree (conversation_id, at) WHERE (state = 'sent'::text);
CREATE INDEX push_attempts_user_idx ON push_attempts USING btree (user_id, id);

create table push_settings (
  user_id bigint not null,
  preview text not null,
  quiet_from text,
  quiet_to text,
  time_zone text,
  updated_at timestamp with time zone not null,
  constraint push_settings_pkey PRIMARY KEY (user_id),
  constraint push_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint push_settings_check CHECK ((num_nonnulls(quiet_from, quiet_to, time_zone) = ANY (ARRAY[0, 3]))),
  constraint push_settings_preview_check CHECK ((preview = ANY (ARRAY['text'::text, 'none'::text])))
);

create table push_subscriptions (
  id bigint not null generated always as identity,
  user_id bigint not null,
  session_id bigint not null,
  endpoint text,
  p256dh text,
  auth text,
  created_at timestamp with time zone not null default now(),
  failing_since timestamp with time zone,
  failed_at timestamp with time zone,
  failing_why text,
  kind text not null default 'web'::text,
  token text,
  app_id text,
  is_sandbox boolean not null default false,
  settings jsonb,
  constraint push_subscriptions_pkey PRIMARY KEY (id),
  constraint push_subscriptions_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE,
  constraint push_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint push_subscriptions_kind_check CHECK (
CASE kind
    WHEN 'web'::text THEN ((endpoint IS NOT NULL) AND (p256dh IS NOT NULL) AND (auth IS NOT NULL) AND (token IS NULL))
    ELSE ((token IS NOT NULL) AND (endpoint IS NULL))
END)
);

CREATE UNIQUE INDEX push_subscriptions_endpoint_key ON push_subscriptions USING btree (endpoint);
CREATE INDEX push_subscriptions_session_idx ON push_subscriptions USING btree (session_id);
CREATE UNIQUE INDEX push_subscriptions_token_key ON push_subscriptions USING btree (kind, token);
CREATE INDEX push_subscriptions_user_idx ON push_subscriptions USING btree (user_id);

create table refresh_tokens (
  id bigint not null generated always as identity,
  session_id bigint not null,
  token_hash bytea not null,
  expires_at timestamp with time zone not null,
  spent_at timestamp with time zone,
  spent_by bytea,
  salt bytea,
  constraint refresh_tokens_pkey PRIMARY KEY (id),
  constraint refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE
);

CREATE INDEX refresh_tokens_age_idx ON refresh_tokens USING btree (expires_at);
CREATE UNIQUE INDEX refresh_tokens_hash_key ON refresh_tokens USING btree (token_hash);
CREATE INDEX refresh_tokens_session_idx ON refresh_tokens USING btree (session_id);

create table scheduled_messages (
  id bigint not null generated always as identity,
  user_id bigint not null,
  conversation_id bigint not null,
  client_msg_id uuid not null,
  digest bigint not null,
  message_type smallint not null,
  content text not null,
  media_url text not null default ''::text,
  reply_to_id bigint,
  at_users bigint[],
  at_names text not null default '[]'::text,
  send_at timestamp with time zone not null,
  state smallint not null default 0,
  due_at timestamp with time zone not null,
  attempts integer not null default 0,
  message_id bigint,
  error_code integer,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  constraint scheduled_messages_pkey PRIMARY KEY (id),
  constraint scheduled_messages_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE,
  constraint scheduled_messages_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint scheduled_messages_state_check CHECK (((state >= 0) AND (state <= 4)))
);

CREATE INDEX scheduled_messages_age_idx ON scheduled_messages USING btree (updated_at) WHERE (state >= 2);
CREATE UNIQUE INDEX scheduled_messages_client_key ON scheduled_messages USING btree (user_id, client_msg_id);
CREATE INDEX scheduled_messages_conversation_idx ON scheduled_messages USING btree (conversation_id);
CREATE INDEX scheduled_messages_due_idx ON scheduled_messages USING btree (due_at) WHERE (state < 2);
CREATE INDEX scheduled_messages_list_idx ON scheduled_messages USING btree (user_id, send_at, id) WHERE (state = ANY (ARRAY[0, 1, 3]));

create table schema_migrations (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint schema_migrations_pkey PRIMARY KEY (name)
);

create table search_progress (
  only_row boolean not null default true,
  message_id bigint not null default 0,
  changes pg_snapshot not null default pg_current_snapshot(),
  built_to bigint default 0,
  constraint search_progress_pkey PRIMARY KEY (only_row),
  constraint search_progress_only_row_check CHECK (only_row)
);

create table sessions (
  id bigint not null generated always as identity,
  user_id bigint not null,
  device_id text not null,
  device_name text not null default ''::text,
  address text not null default ''::text,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  ended_why text,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint sessions_ended_why_check CHECK ((ended_why = ANY (ARRAY['signed out'::text, 'surplus'::text, 'password changed'::text, 'address proved by its owner'::text, 'refresh token reused'::text, 'disabled'::text, 'account left'::text])))
);

CREATE INDEX sessions_ended_idx ON sessions USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX sessions_live_idx ON sessions USING btree (user_id) WHERE (ended_at IS NULL);
CREATE INDEX sessions_user_idx ON sessions USING btree (user_id, last_used_at);

create table unread_settlements (
  user_id bigint not null,
  unread bigint not null,
  settled_hour timestamp without time zone not null,
  constraint unread_settlements_pkey PRIMARY KEY (user_id),
  constraint unread_settlements_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
) with (fillfactor=80);

create table users (
  id bigint not null generated always as identity,
  user_id text not null,
  email text not null,
  email_verified_at timestamp with time zone,
  nickname text not null,
  avatar text not null default ''::text,
  bio text not null default ''::text,
  locale text not null default 'en'::text,
  password_hash text,
  role text not null default 'user'::text,
  disabled_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  last_login_at timestamp with time zone,
  deletes_at timestamp with time zone,
  deleted_at timestamp with time zone,
  is_hidden boolean not null generated always as (((disabled_at IS NOT NULL) OR (deletes_at IS NOT NULL) OR (deleted_at IS NOT NULL))) stored,
  status_emoji text not null default ''::text,
  status_text text not null default ''::text,
  status_until timestamp with time zone,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_email_check CHECK ((length(email) <= 254)),
  constraint users_reserved_check CHECK (((deleted_at IS NOT NULL) OR (user_id !~* '^deleted-[0-9]+$'::text))),
  constraint users_role_check CHECK ((role = ANY (ARRAY['user'::text, 'viewer'::text, 'operator'::text]))),
  constraint users_user_id_check CHECK ((user_id ~ '^[A-Za-z0-9_-]{3,32}$'::text))
);

CREATE UNIQUE INDEX users_email_key ON users USING btree (lower(email));
CREATE INDEX users_leaving_idx ON users USING btree (deletes_at) WHERE (deletes_at IS NOT NULL);
CREATE INDEX users_nickname_folded_idx ON users USING btree (lower(upper((nickname COLLATE pg_c_utf8))));
CREATE INDEX users_nickname_prefix_idx ON users USING btree (lower((nickname COLLATE pg_c_utf8)));
CREATE INDEX users_status_end_idx ON users USING btree (status_until) WHERE (status_until IS NOT NULL);
CREATE UNIQUE INDEX users_user_id_key ON users USING btree (lower(user_id));
CREATE INDEX users_user_id_prefix_idx ON users USING btree (lower(user_id) COLLATE "C");
