// The short phrases of answers (`{ message: 'removed' }`) and of `kicked`: English as the code says
// it, with the same in every other language. A test finds what is missing here and what nobody says.
import type { Locale } from '../core/actor.ts'

type Phrase = { readonly [L in Exclude<Locale, 'en'>]: string }

export const phrases: Readonly<Record<string, Phrase>> = {
  // Answers.
  blocked: { zh: '已拉黑' },
  'deletion scheduled': { zh: '已申请注销' },
  'export started': { zh: '已开始导出' },
  'password changed': { zh: '密码已修改' },
  'code sent': { zh: '验证码已发送' },
  'registered; a code to prove the address is on its way': {
    zh: '注册成功，用于验证邮箱的验证码已发送',
  },
  liked: { zh: '已点赞' },
  cancelled: { zh: '已取消' },
  removed: { zh: '已删除' },
  done: { zh: '已完成' },
  left: { zh: '已退出' },
  dissolved: { zh: '已解散' },
  'signed out': { zh: '已退出登录' },
  'the code is right': { zh: '验证码正确' },
  unblocked: { zh: '已取消拉黑' },
  unliked: { zh: '已取消点赞' },
  told: { zh: '已通知' },

  // Why a socket is closed.
  'refresh token reused': { zh: '刷新令牌被重复使用，登录已结束' },
  'the account is disabled': { zh: '该账号已被停用' },
  'the account is to be deleted': { zh: '该账号即将注销' },
  'the password was changed': { zh: '密码已修改' },
  'the password was reset': { zh: '密码已重置' },
  'the session ended': { zh: '登录已结束' },
  'this device connected again': { zh: '该设备已重新连接' },
  'device_id must be 1 to 64 of A-Z a-z 0-9 _ . : -': {
    zh: 'device_id 须为 1 至 64 个字符，只能使用 A-Z a-z 0-9 _ . : -',
  },
  'too many devices': { zh: '在线设备过多' },
}
