// What the admin pages say, in our two languages.
import type { Locale } from '../../core/actor.ts'

const en = {
  lang: 'en',
  title: 'Curlew administration',
  signIn: 'Sign in',
  signInHint: 'For the people who run this installation.',
  name: 'User id or e-mail',
  password: 'Password',
  signOut: 'Sign out',
  wrong: 'The account or the password is wrong, or the account is not an admin.',
  foreign: 'This request came from another site and was refused.',
  forbidden: 'Your role does not allow this.',
  missing: 'There is nothing here.',
  trouble: 'Something went wrong on our side.',
  away: 'A part of the installation is away; try again shortly.',
  tooMany: 'Too many tries. Wait this many seconds:',
  tooLarge: 'The request is too large.',
  back: 'Back',
  signedInAs: 'Signed in as',
  roles: { viewer: 'Viewer: may look', operator: 'Operator: may retry, remove and pause' },
  queues: 'Queues',
  openBoard: 'Open the queue board',
  docs: 'API documentation',
  queue: 'Queue',
  states: { waiting: 'Waiting', delayed: 'Delayed', active: 'Active', failed: 'Failed' },
  sockets: 'Open sockets on this node',
  redisAway: 'Redis is away: depths are unknown. Messages are stored and delivered later.',
}

export type Texts = typeof en

const zh: Texts = {
  lang: 'zh-CN',
  title: 'Curlew 管理',
  signIn: '登录',
  signInHint: '仅供本系统的管理人员使用。',
  name: '用户名或邮箱',
  password: '密码',
  signOut: '退出登录',
  wrong: '账号或密码错误，或该账号不是管理员。',
  foreign: '该请求来自其他网站，已被拒绝。',
  forbidden: '你的角色没有此权限。',
  missing: '资源不存在。',
  trouble: '服务器内部错误。',
  away: '部分服务暂不可用，请稍后重试。',
  tooMany: '尝试次数过多，请等待（秒）：',
  tooLarge: '请求内容过大。',
  back: '返回',
  signedInAs: '当前账号',
  roles: { viewer: '只读：仅可查看', operator: '操作员：可重试、删除和暂停' },
  queues: '队列',
  openBoard: '打开队列面板',
  docs: 'API 文档',
  queue: '队列',
  states: { waiting: '等待', delayed: '延迟', active: '执行中', failed: '失败' },
  sockets: '本节点的在线连接',
  redisAway: 'Redis 暂不可用，队列长度未知。消息已保存，稍后投递。',
}

export const texts: Readonly<Record<Locale, Texts>> = { en, zh }
