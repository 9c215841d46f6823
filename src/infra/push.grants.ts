// Access by an id and a secret (RFC 6749 section 4.4), as Huawei and HONOR give it.
import type { Grant } from './push.access.ts'
import { fieldOf, wordOf } from './push.ask.ts'
import { form } from './push.phone.ts'

export function byClientSecret(url: string, id: string, secret: string): Grant {
  const asked = { grant_type: 'client_credentials', client_id: id, client_secret: secret }
  return {
    request: () => ({ url, headers: form, body: new URLSearchParams(asked).toString() }),
    granted({ json: answer, status }) {
      const token = status === 200 ? wordOf(answer, 'access_token') : null
      return token === null
        ? null
        : { token, lifeSeconds: Number(fieldOf(answer, 'expires_in')) || 0 }
    },
    said: ({ json: answer }) => wordOf(answer, 'sub_error') ?? wordOf(answer, 'error'),
  }
}
