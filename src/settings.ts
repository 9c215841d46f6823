// The names that operators may set: each with its default and its meaning.

interface Setting {
  readonly name: string
  readonly fallback: string | null
  readonly secret?: boolean
  readonly meaning: string
}

const setting = (
  name: string,
  fallback: string | null,
  meaning: string,
  secret = false,
): Setting => ({
  name,
  fallback,
  meaning,
  secret,
})

/** The table the README's configuration section and .env.example are generated from. */
export const settings = [
  setting('PORT', '8080', 'Port of the API process; 0 takes a free one.'),
  setting('HOST', '0.0.0.0', 'Address the API listens on.'),
  setting('METRICS_PORT', '0', 'A port of the process for /metrics and /healthz alone; 0: none.'),
  setting('METRICS_TOKEN', '', 'Whoever bears it may read /metrics, on either port.', true),
  setting('DATABASE_URL', null, 'Postgres; wins over the POSTGRES_ settings.', true),
  setting('POSTGRES_HOST', 'localhost', 'Postgres host.'),
  setting('POSTGRES_PORT', '5432', 'Postgres port.'),
  setting('POSTGRES_USER', 'curlew', 'Postgres user.'),
  setting('POSTGRES_PASSWORD', '', 'Postgres password.', true),
  setting('POSTGRES_DB', 'curlew', 'Postgres database.'),
  setting('REDIS_URL', null, 'Redis; wins over the REDIS_ settings.', true),
  setting('REDIS_HOST', 'localhost', 'Redis host.'),
  setting('REDIS_PORT', '6379', 'Redis port.'),
  setting('REDIS_PASSWORD', '', 'Redis password.', true),
  setting('REDIS_PREFIX', 'curlew', 'First part of every Redis key; one per installation.'),
  setting(
    'JWT_SECRET',
    null,
    'Signs access tokens; at least 32 bytes, the same on every node.',
    true,
  ),
  setting('JWT_EXPIRATION', '8', 'Hours an access token lives.'),
  setting(
    'PASSWORD_HASH_KIB',
    '19456',
    'KiB that one password hash takes; in production at least 19456, more is slower and safer.',
  ),
  setting(
    'ACCOUNT_GRACE_DAYS',
    '7',
    'Days in which the deletion of an account can be taken back by signing in.',
  ),
  setting(
    'GROUP_MEMBERS_DEFAULT',
    '500',
    'Members a group may have if nobody asks for more or fewer.',
  ),
  setting('GROUP_MEMBERS_MAX', '10000', 'Members that may be asked for; 10,000 at most.'),
  setting('GROUPS_PER_PERSON', '500', 'Groups that one person may be in.'),
  setting('GROUP_REQUESTS_MAX', '500', 'Requests to join that may wait in one group.'),
  setting('GROUP_LINKS_MAX', '20', 'Invite links of one group that work at the same time.'),
  setting(
    'SEARCH_HAN',
    'alike',
    '`alike`: simplified and traditional Chinese find each other; `apart`: each itself alone.',
  ),
  setting(
    'SYNC_DAYS',
    '30',
    'Days in which a device that was away gets what it missed; after them it begins anew.',
  ),
  setting(
    'OUTBOX_DAYS',
    '14',
    'Days after which what could not be delivered in fifty rounds is dropped; 0: never.',
  ),
  setting('SMTP_HOST', '', 'Mail server; empty: no mail is sent and code sign-in answers 5003.'),
  setting('SMTP_PORT', '587', 'Mail server port; 465 speaks TLS at once.'),
  setting('SMTP_USER', '', 'Mail user.'),
  setting('SMTP_PASSWORD', '', 'Mail password.', true),
  setting('MAIL_FROM', 'Curlew <no-reply@localhost>', 'Sender of mails.'),
  setting('PUBLIC_URL', '', 'Where people reach this installation; used in mails and push.'),
  setting('MEDIA_DIR', '.data/media', 'Folder of uploaded files; all nodes and workers share it.'),
  setting(
    'MEDIA_URL',
    '',
    'Another origin of this server that links to files lead to; empty: PUBLIC_URL.',
  ),
  setting('MEDIA_FILE_MB', '100', 'MiB that one uploaded file may have.'),
  setting('MEDIA_QUOTA_MB', '2048', 'MiB of files that one person may keep.'),
  setting('MEDIA_DAILY_MB', '1024', 'MiB of files that one person may upload in 24 hours.'),
  setting('MEDIA_LINK_SECONDS', '60', 'Seconds that a link to a file lives.'),
  setting('ALLOWED_ORIGINS', '', 'Foreign web origins allowed to use REST and sockets, by commas.'),
  setting('TRUSTED_PROXIES', '0', 'Proxies in front that set X-Forwarded-For.'),
  setting('RATE_LIMITS', 'on', '`off` switches rate limits off for benchmarks; not in production.'),
  setting('CAPTCHA_URL', '', 'The `siteverify` address of a captcha service; empty: no captcha.'),
  setting('CAPTCHA_SECRET', '', 'Our secret at the captcha service.', true),
  setting('CAPTCHA_ON', 'code,register-pwd', 'What asks for one: code, register-pwd, login-pwd.'),
  setting('CAPTCHA_AWAY', 'refuse', '`pass` lets people in while the service is away.'),
  setting('PUSH_PRIVATE_HOSTS', 'off', '`on` lets push endpoints be private addresses (tests).'),
  setting(
    'CONSISTENCY_CHECK',
    'off',
    '`daily`: workers look once a day whether what is stored agrees with itself.',
  ),
  setting('ACCESS_LOG', 'on', '`off`: no line per request in the log.'),
  setting('LOG_LEVEL', 'info', 'trace, debug, info, warn, error or silent.'),
  setting('NODE_ENV', 'development', '`production` refuses unsafe settings.'),
] as const satisfies readonly Setting[]

export type SettingName = (typeof settings)[number]['name']
