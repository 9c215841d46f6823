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
  setting('SMTP_HOST', '', 'Mail server; empty: no mail is sent and code sign-in answers 5003.'),
  setting('SMTP_PORT', '587', 'Mail server port; 465 speaks TLS at once.'),
  setting('SMTP_USER', '', 'Mail user.'),
  setting('SMTP_PASSWORD', '', 'Mail password.', true),
  setting('MAIL_FROM', 'Curlew <no-reply@localhost>', 'Sender of mails.'),
  setting('PUBLIC_URL', '', 'Where people reach this installation; used in mails and push.'),
  setting('ALLOWED_ORIGINS', '', 'Foreign web origins allowed to use REST and sockets, by commas.'),
  setting('TRUSTED_PROXIES', '0', 'Proxies in front that set X-Forwarded-For.'),
  setting('RATE_LIMITS', 'on', '`off` switches rate limits off for benchmarks; not in production.'),
  setting('CAPTCHA_URL', '', 'The `siteverify` address of a captcha service; empty: no captcha.'),
  setting('CAPTCHA_SECRET', '', 'Our secret at the captcha service.', true),
  setting('CAPTCHA_ON', 'code,register-pwd', 'What asks for one: code, register-pwd, login-pwd.'),
  setting('CAPTCHA_AWAY', 'refuse', '`pass` lets people in while the service is away.'),
  setting('PUSH_PRIVATE_HOSTS', 'off', '`on` lets push endpoints be private addresses (tests).'),
  setting(
    'FCM_SERVICE_ACCOUNT',
    '',
    'Push by FCM: the JSON of a service account, as it is or in base64; empty: none.',
    true,
  ),
  setting('FCM_URL', 'https://fcm.googleapis.com', 'Where FCM is.'),
  setting('APNS_KEY', '', 'Push by Apple: what the .p8 file of the key holds; empty: none.', true),
  setting('APNS_KEY_ID', '', 'The name of that key, ten characters.'),
  setting('APNS_TEAM_ID', '', 'Whose key it is, ten characters.'),
  setting('APNS_TOPICS', '', 'Bundle ids of the apps, by commas; the first where none is named.'),
  setting('APNS_URL', 'https://api.push.apple.com', 'Where Apple takes notifications.'),
  setting(
    'APNS_SANDBOX_URL',
    'https://api.sandbox.push.apple.com',
    'The same for apps that are being developed.',
  ),
  setting('HUAWEI_APP_ID', '', 'Push by Huawei: the app (client) id; empty: none.'),
  setting('HUAWEI_APP_SECRET', '', 'The secret of that app.', true),
  setting('HUAWEI_CATEGORY', 'IM', 'The category of messages that Huawei has granted.'),
  setting('HUAWEI_URL', 'https://push-api.cloud.huawei.com', 'Where Huawei takes them.'),
  setting(
    'HUAWEI_AUTH_URL',
    'https://oauth-login.cloud.huawei.com/oauth2/v3/token',
    'Where Huawei grants access.',
  ),
  setting('XIAOMI_APP_SECRET', '', 'Push by Xiaomi: the secret of the app; empty: none.', true),
  setting('XIAOMI_PACKAGE', '', 'The package name of the app.'),
  setting('XIAOMI_CHANNEL', '', 'The id of a channel that Xiaomi has granted for messages.'),
  setting('XIAOMI_URL', 'https://api.xmpush.xiaomi.com', 'Where Xiaomi takes them.'),
  setting('OPPO_APP_KEY', '', 'Push by OPPO: the key of the app; empty: none.'),
  setting('OPPO_MASTER_SECRET', '', 'The master secret of the app.', true),
  setting('OPPO_CHANNEL', '', 'The id of a channel that OPPO has granted for messages.'),
  setting('OPPO_URL', 'https://api.push.oppomobile.com', 'Where OPPO takes them.'),
  setting('VIVO_APP_ID', '', 'Push by vivo: the id of the app, a number; empty: none.'),
  setting('VIVO_APP_KEY', '', 'The key of the app.'),
  setting('VIVO_APP_SECRET', '', 'The secret of the app.', true),
  setting('VIVO_CATEGORY', 'IM', 'The category of messages that vivo has granted.'),
  setting('VIVO_URL', 'https://api-push.vivo.com.cn', 'Where vivo takes them.'),
  setting('HONOR_APP_ID', '', 'Push by HONOR: the id of the app; empty: none.'),
  setting('HONOR_CLIENT_ID', '', 'The client id of the app.'),
  setting('HONOR_CLIENT_SECRET', '', 'The client secret of the app.', true),
  setting('HONOR_URL', 'https://push-api.cloud.honor.com', 'Where HONOR takes them.'),
  setting(
    'HONOR_AUTH_URL',
    'https://iam.developer.honor.com/auth/token',
    'Where HONOR grants access.',
  ),
  setting('ACCESS_LOG', 'on', '`off`: no line per request in the log.'),
  setting('LOG_LEVEL', 'info', 'trace, debug, info, warn, error or silent.'),
  setting('NODE_ENV', 'development', '`production` refuses unsafe settings.'),
] as const satisfies readonly Setting[]

export type SettingName = (typeof settings)[number]['name']
