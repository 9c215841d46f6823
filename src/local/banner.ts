// What a person sees when everything runs: where to look, and how to stop it.

export type Places = {
  base: string
  admin: { userId: string; password: string }
  mails: string | undefined
  dataDir: string
}

export function banner({ base, admin, mails, dataDir }: Places) {
  const rows = [
    ['API', base],
    ['Docs', `${base}/docs`],
    ['Queues', `${base}/admin/queues`],
    ['', `user ${admin.userId}, password ${admin.password} (until the next start)`],
    ['Mails', mails ?? 'sent through SMTP_HOST'],
    ['Data, logs', dataDir],
  ]
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(12)}${value}`.trimEnd())
  return ['', 'Curlew runs. Ctrl-C stops it.', '', ...lines, ''].join('\n')
}
