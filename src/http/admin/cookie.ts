// The cookie that carries an admin's token: for these pages only, out of reach of scripts.

const name = 'curlew_admin'

export function readCookie(request: Request): string | undefined {
  for (const part of (request.headers.get('cookie') ?? '').slice(0, 8_192).split(';')) {
    const [key, value] = part.trim().split('=', 2)
    if (key === name && value) return value
  }
  return undefined
}

export function setCookie(token: string, seconds: number, https: boolean): string {
  const parts = [`${name}=${token}`, 'Path=/admin', `Max-Age=${seconds}`, 'HttpOnly']
  return [...parts, 'SameSite=Strict', ...(https ? ['Secure'] : [])].join('; ')
}

export function clearCookie(https: boolean): string {
  return setCookie('', 0, https)
}
