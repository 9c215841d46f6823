// What clients may rely on, copied by hand from the published contract: fields, codes, statuses.
// Nothing here is computed from the source, so that a slip there shows here.

export const objects = {
  User: 'id user_id nickname avatar created_at updated_at',
  Me: 'id user_id email nickname avatar created_at updated_at last_login_at',
  FriendRequest:
    'id from_user_id to_user_id message status created_at updated_at from_user to_user',
  Friend: 'id user_id friend_id remark created_at updated_at friend_user',
  Conversation:
    'id kind user1_id user2_id user1_unread user2_unread last_message_id last_message_time ' +
    'last_seq read_seq unread is_pinned is_muted created_at updated_at user1 user2 last_message',
  Message:
    'id conversation_id seq from_user_id to_user_id message_type content media_url is_read ' +
    'read_at is_recalled recalled_at edited_at reply_to_id client_msg_id created_at updated_at',
  Favorite: 'id message_id created_at message',
} as const

/** HTTP status by code, where the contract or plain sense leaves no choice. */
export const statuses: Readonly<Record<number, number>> = {
  4001: 400,
  4002: 401,
  4004: 404,
  4010: 422,
  4013: 413,
  4029: 429,
  4101: 404,
  4102: 409,
  4103: 400,
  4104: 401,
  4105: 401,
  4106: 400,
  4107: 400,
  4108: 401,
  4201: 404,
  4202: 409,
  4203: 409,
  4204: 404,
  4301: 404,
  4302: 403,
  4303: 409,
  4403: 403,
  4541: 404,
}

export const rfc3339Utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** Which of these fields are missing. */
export function missing(value: unknown, fields: string): string[] {
  const there = new Set(Object.keys(value as object))
  return fields.split(' ').filter((field) => !there.has(field))
}

/** Every path to a key of this name. */
export function pathsTo(key: string, value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => [
    ...(name === key ? [`${at}.${name}`] : []),
    ...pathsTo(key, each, `${at}.${name}`),
  ])
}
