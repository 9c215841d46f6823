// People whose address is proved, and the mails that come to it.
import PostalMime from 'postal-mime'
import { eventually } from './eventually.ts'
import type { Installation } from './installation.ts'
import { callOperation, Person } from './people.ts'

export const password = 'correct horse battery'

/** Signs somebody up, proves their address by code, and gives them the password of all people. */
export async function proved(app: Installation, name: string): Promise<Person> {
  const person = (await app.signUp(name))[name] as Person
  await signInByCode(app, person.email, async (token) => {
    const set = await callOperation(person.base, 'accounts.setPassword', { password }, token)
    if (set.code !== 0) throw new Error(`${name} could not set a password: ${set.msg}`)
  })
  return person.again()
}

async function signInByCode(
  app: Installation,
  email: string,
  use: (token: string) => Promise<void>,
): Promise<void> {
  const code = await app.codeFor(email)
  const answer = await callOperation(app.url(), 'accounts.login', { email, code })
  if (answer.code !== 0) throw new Error(`no sign-in by code: ${answer.code} ${answer.msg}`)
  await use(answer.data.token)
}

/** Asks for a code and waits for its mail. */
export async function newCode(
  app: Installation,
  email: string,
  purpose?: 'register' | 'login' | 'reset',
): Promise<string> {
  const asked = await callOperation(app.url(), 'accounts.sendCode', {
    email,
    ...(purpose ? { purpose } : {}),
  })
  if (asked.code !== 0) throw new Error(`no code: ${asked.code} ${asked.msg}`)
  return lastCode(app, email)
}

/** The code asked for last, as its mail says it: others may be on their way still. */
export async function lastCode(app: Installation, email: string): Promise<string> {
  const { sql, seal } = app.nodes[0]!.ctx
  const [row] = await sql<{ code_mac: Buffer }[]>`
    select code_mac from codes where email = ${email.toLowerCase()} order by id desc limit 1`
  const isThis = (code: string) =>
    seal.mac(`code ${email.toLowerCase()} ${code}`).equals(row!.code_mac)
  return eventually(
    () =>
      mailsTo(app, email, /is your code/)
        .map((raw) => /^Subject: (\d{6})/m.exec(raw)?.[1] ?? '')
        .find(isThis),
    { what: `the code for ${email}` },
  )
}

export function mailsTo(app: Installation, email: string, subject: RegExp): string[] {
  return app.mails
    .filter((mail) => mail.to === email.toLowerCase())
    .filter((mail) => subject.test(/^Subject: (.*(?:\r?\n[ \t].*)*)$/m.exec(mail.raw)?.[1] ?? ''))
    .map((mail) => mail.raw)
}

/** The text of the newest mail of that subject, once it has come. */
export async function mailText(app: Installation, email: string, subject: RegExp): Promise<string> {
  const raw = await eventually(() => mailsTo(app, email, subject).at(-1), {
    what: `a mail ${subject} to ${email}`,
  })
  return (await PostalMime.parse(raw)).text ?? ''
}
