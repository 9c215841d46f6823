// Every way a request can be refused: code, HTTP status, whether trying again can help, and words.

interface ErrorRow {
  readonly code: number
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 422 | 429 | 500 | 503
  /** The same request may succeed later without being changed. */
  readonly retryable: boolean
  readonly en: string
  readonly zh: string
}

const row = (
  code: number,
  status: ErrorRow['status'],
  en: string,
  zh: string,
  retryable = false,
): ErrorRow => ({ code, status, retryable, en, zh })

export const errors = {
  badRequest: row(4001, 400, 'The request cannot be read.', '无法解析该请求。'),
  unauthenticated: row(4002, 401, 'Sign in first.', '请先登录。'),
  loginFailed: row(4003, 401, 'The account or the password is wrong.', '账号或密码错误。'),
  notFound: row(4004, 404, 'There is nothing here.', '资源不存在。'),
  conflict: row(4009, 409, 'This collides with what is already there.', '与现有数据冲突。'),
  validation: row(4010, 422, 'A field is missing or wrong.', '参数缺失或有误。'),
  tooLarge: row(4013, 413, 'The request is too large.', '请求内容过大。'),
  tooManyRequests: row(
    4029,
    429,
    'Too many requests; wait a little.',
    '请求过于频繁，请稍候。',
    true,
  ),
  userNotFound: row(4101, 404, 'There is no such user.', '用户不存在。'),
  userExists: row(4102, 409, 'The address or the user id is taken.', '邮箱或用户名已被占用。'),
  wrongPassword: row(4103, 401, 'The password is wrong.', '密码错误。'),
  tokenInvalid: row(4104, 401, 'The token is not valid; sign in again.', '令牌无效，请重新登录。'),
  tokenExpired: row(4105, 401, 'The token has expired; refresh it.', '令牌已过期，请刷新。'),
  codeInvalid: row(4106, 400, 'The code is wrong or used up.', '验证码错误或已失效。'),
  codeExpired: row(
    4107,
    410,
    'The code has expired; ask for a new one.',
    '验证码已过期，请重新获取。',
  ),
  accountDisabled: row(4108, 403, 'This account is disabled.', '该账号已被停用。'),
  friendNotFound: row(4201, 404, 'You have no such friend.', '好友不存在。'),
  alreadyFriends: row(4202, 409, 'You are friends already.', '你们已经是好友。'),
  requestExists: row(4203, 409, 'A request is already waiting.', '好友请求已存在。'),
  requestNotFound: row(4204, 404, 'The request is gone or answered.', '好友请求不存在或已处理。'),
  messageNotFound: row(4301, 404, 'There is no such message.', '消息不存在。'),
  windowOver: row(
    4302,
    403,
    'It is too late to change this message.',
    '已超过可撤回或编辑的时间。',
  ),
  clientIdReused: row(
    4303,
    409,
    'This client_msg_id was used for another message.',
    '该 client_msg_id 已用于另一条消息。',
  ),
  emptyKeyword: row(4311, 422, 'Say what to search for.', '搜索关键词不能为空。'),
  momentNotFound: row(4401, 404, 'There is no such moment.', '动态不存在。'),
  notAllowed: row(4403, 403, 'You may not do this.', '没有权限执行该操作。'),
  alreadyBlocked: row(4501, 409, 'This user is blocked already.', '该用户已被拉黑。'),
  blockNotFound: row(4502, 404, 'This user is not blocked.', '该用户未被拉黑。'),
  blocked: row(4503, 403, 'You cannot reach this user.', '无法联系该用户。'),
  invitationExists: row(4511, 409, 'An invitation is already waiting.', '邀请已存在。'),
  invitationNotFound: row(4512, 404, 'There is no such invitation.', '邀请不存在。'),
  invitationHandled: row(4513, 409, 'The invitation is answered already.', '邀请已处理。'),
  announcementNotFound: row(4521, 404, 'There is no such announcement.', '公告不存在。'),
  forwardFailed: row(4531, 400, 'The message could not be forwarded.', '消息转发失败。'),
  conversationNotFound: row(4541, 404, 'There is no such conversation.', '会话不存在。'),
  groupNotFound: row(4551, 404, 'There is no such group.', '群组不存在。'),
  groupFull: row(4552, 409, 'The group is full.', '群组已满。'),
  muted: row(4553, 403, 'You are muted here.', '你已被禁言。'),
  notMember: row(4554, 403, 'You are not a member.', '你不是群成员。'),
  internal: row(5000, 500, 'Something went wrong on our side.', '服务器内部错误。', true),
  databaseUnavailable: row(
    5001,
    503,
    'The database is away; try again.',
    '数据库暂不可用，请重试。',
    true,
  ),
  cacheUnavailable: row(5002, 503, 'The cache is away; try again.', '缓存暂不可用，请重试。', true),
  mailUnavailable: row(
    5003,
    503,
    'Mail cannot be sent now; try again.',
    '邮件暂不可用，请重试。',
    true,
  ),
  busy: row(5030, 503, 'The server is busy; try again shortly.', '服务器繁忙，请稍后重试。', true),
} as const satisfies Record<string, ErrorRow>

export type ErrorName = keyof typeof errors
