// Port: a service that tells people from programs.

/** `away`: nobody could be asked, or our own settings are wrong. */
export type CaptchaVerdict = 'passed' | 'failed' | 'away'

export interface Captcha {
  /** Never rejects. A token is good once: a second question about it may fail. */
  verify(token: string, address: string): Promise<CaptchaVerdict>
}
