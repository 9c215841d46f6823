// Mails in Chinese. Names come cleaned, times readable; see workers/mails.
import type { MailTexts } from './mails.ts'

const hello = (name: string) => (name === '' ? '您好：' : `${name}，您好：`)

export const mails: MailTexts = {
  code: ({ code, minutes }) => ({
    subject: `您的验证码是 ${code}`,
    title: '您的验证码',
    lines: [
      '您的验证码是',
      { code },
      `${minutes} 分钟内有效，仅可使用一次。请勿告诉任何人，我们不会向您索要验证码。`,
      { fine: '如非本人操作，请忽略本邮件。没有验证码，任何人都无法登录。' },
    ],
  }),
  welcome: ({ nickname }) => ({
    subject: '欢迎加入',
    title: '欢迎加入',
    lines: [
      hello(nickname),
      '您的账号已经可以使用，此邮箱也已确认属于您。',
      '您可以使用发送到此邮箱的验证码登录；如已设置密码，也可以使用密码登录。',
    ],
  }),
  newDevice: ({ nickname, device, address, at }) => ({
    subject: '您的账号有新的登录',
    title: '新的登录',
    lines: [
      hello(nickname),
      '有人在一个我们未曾见过的地方登录了您的账号。',
      {
        facts: [
          ['设备：', device || '未知'],
          ['网络地址：', address || '未知'],
          ['时间：', at],
        ],
      },
      '如果是您本人，无需任何操作。',
      '如果不是您本人，请立即在设置中结束该登录，并修改密码。',
    ],
  }),
  passwordChanged: ({ nickname, at }) => ({
    subject: '您的密码已修改',
    title: '您的密码已修改',
    lines: [
      hello(nickname),
      `您账号的密码已于 ${at} 修改。`,
      '如果是您本人，无需任何操作。',
      '如果不是您本人，请立即使用发送到此邮箱的验证码重设密码。',
      '所有登录都会随之结束。',
    ],
  }),
  deletionScheduled: ({ nickname, until }) => ({
    subject: '您的账号即将注销',
    title: '您的账号即将注销',
    lines: [
      hello(nickname),
      '我们收到了注销您账号的请求。账号将在以下时间永久删除：',
      { big: until },
      '如需保留账号，请在此之前重新登录，注销会随即取消，一切保持原样。',
      '如果不是您本人提出的请求，请立即登录并修改密码。',
    ],
  }),
  exportReady: ({ nickname, url, until }) => ({
    subject: '您的数据已可下载',
    title: '您的数据已可下载',
    lines: [
      hello(nickname),
      '您申请的数据副本已经准备好。',
      { link: url, label: '下载我的数据' },
      `链接仅可使用一次，有效期至 ${until}。`,
      '请勿转发：拿到链接的人都能看到您的数据。',
      { fine: '如果不是您本人申请的，请立即登录并修改密码。' },
    ],
  }),
  digest: ({ nickname, messages, heard, more, url, stop }) => ({
    subject: `您有 ${messages} 条未读消息`,
    title: '您离开期间的消息',
    lines: [
      hello(nickname),
      '您离开期间收到了新消息：',
      {
        facts: heard.map(({ name, unread, said }) => [
          `${name || '有人'}：`,
          said ? `${unread} 条新消息，最新一条：${said}` : `${unread} 条新消息`,
        ]),
      },
      ...(more === 0 ? [] : [`另有 ${more} 个会话有新消息。`]),
      { link: url, label: '查看消息' },
      { fine: '您收到本邮件，是因为您开启了邮件提醒。' },
      { aside: stop, label: '不再接收此类邮件' },
    ],
  }),
}
