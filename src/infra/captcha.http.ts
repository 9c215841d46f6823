// Captcha adapter for services with a `siteverify` address: Turnstile, hCaptcha, reCAPTCHA.
import { isIP } from 'node:net'
import { limits } from './limits.ts'
import type { Log } from '../core/log.ts'
import type { Captcha, CaptchaVerdict } from './captcha.ts'

/** Said about the operator's secret or the service itself, not about the person. */
const ours = /^(missing-input-secret|invalid-input-secret|internal-error|sitekey-secret-mismatch)$/

export class SiteVerify implements Captcha {
  constructor(
    private readonly url: string,
    private readonly secret: string,
    private readonly log: Log,
  ) {}

  async verify(token: string, address: string): Promise<CaptchaVerdict> {
    const form = new URLSearchParams({ secret: this.secret, response: token })
    if (isIP(address) !== 0) form.set('remoteip', address)
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        body: form,
        // The secret goes to this address and no other.
        redirect: 'manual',
        signal: AbortSignal.timeout(limits.captcha.timeoutMs),
      })
      if (response.status !== 200) throw new Error(`the service answered ${response.status}`)
      return verdictOf(JSON.parse(await textOf(response)))
    } catch (err) {
      this.log.warn({ err }, 'a captcha could not be checked')
      return 'away'
    }
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > limits.captcha.answerBytesMax) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function verdictOf(answer: unknown): CaptchaVerdict {
  const { success, 'error-codes': codes } = answer as { success?: unknown; 'error-codes'?: unknown }
  if (success === true) return 'passed'
  if (success !== false) throw new Error('the answer says neither yes nor no')
  const reason = Array.isArray(codes) ? codes.find((each) => ours.test(String(each))) : undefined
  if (reason !== undefined) throw new Error(`the service says ${String(reason)}`)
  return 'failed'
}
