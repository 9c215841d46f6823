// Operator commands: look whether all is well, migrate, make admins, shut people out, mail dead.
import { parseArgs } from 'node:util'
import { bootWorkers } from './boot.ts'
import { loadConfig } from './config.ts'
import { Failure } from './core/failure.ts'
import { createLog } from './core/log.ts'
import { createSeal } from './core/seal.ts'
import { asTable, examine } from './doctor.ts'
import { canonicalEmail } from './features/accounts/codes.ts'
import { describeDead, revive } from './features/accounts/dead.ts'
import { disable, enable } from './features/accounts/disabling.ts'
import { hashPassword } from './features/accounts/password.ts'
import { isReserved, isReservedWord } from './features/accounts/policy.ts'
import { endSessionRows } from './features/accounts/sessions.store.ts'
import { upsertAdmin } from './features/accounts/store.ts'
import { connectDatabase } from './infra/db.ts'
import { loadMigrations, migrate } from './infra/migrate.ts'
import { checkOf } from './protocol/check.ts'
import { Email, Password, UserId } from './protocol/scalars.ts'

const usage = `Usage:
  bun run cli doctor                       whether all that a start needs is there and set well
  bun run cli migrate                      apply what is missing
  bun run cli admin create --email E --user-id U [--role operator|viewer] --password-stdin
                                           make an admin, or give one a new password
  bun run cli user disable|enable --user-id U
                                           shut somebody out at once, or let them in again
  bun run cli mail dead                    addresses that mail servers refused for good
  bun run cli mail dead --clear ADDRESS    let mail go to one of them again
`

class UsageError extends Error {}

async function run(args: string[]): Promise<string> {
  const [command, verb] = args
  if (command === 'doctor') return runDoctor()
  if (command === 'migrate') return runMigrate()
  if (command === 'admin' && verb === 'create') return createAdmin(args.slice(2))
  if (command === 'user' && (verb === 'disable' || verb === 'enable')) {
    return changeUser(verb, args.slice(2))
  }
  if (command === 'mail' && verb === 'dead') return deadAddresses(args.slice(2))
  throw new UsageError(usage)
}

/** Scripts go by the exit code: 1 when a line is wrong. */
async function runDoctor(): Promise<string> {
  const findings = await examine(loadConfig(process.env))
  if (findings.some((each) => each.state === 'WRONG')) process.exitCode = 1
  return asTable(findings)
}

async function runMigrate(): Promise<string> {
  const sql = connectDatabase(loadConfig(process.env).databaseUrl, {
    connections: 1,
    name: 'curlew migrate',
  })
  try {
    const applied = await migrate(sql, await loadMigrations())
    return applied.length === 0 ? 'Nothing to do.' : `Applied ${applied.join(', ')}.`
  } finally {
    await sql.end()
  }
}

async function createAdmin(args: string[]): Promise<string> {
  const { values } = parseArgs({
    args,
    options: {
      email: { type: 'string' },
      'user-id': { type: 'string' },
      role: { type: 'string', default: 'operator' },
      'password-stdin': { type: 'boolean' },
    },
  })
  const { email, 'user-id': userId, role } = values
  if (!email || !userId || !values['password-stdin']) throw new UsageError(usage)
  if (role !== 'operator' && role !== 'viewer') throw new UsageError(usage)
  const password = (await Bun.stdin.text()).replace(/\r?\n$/, '')
  const [address, name] = [canonicalEmail(email), userId.trim()]
  if (!checkOf(Email).Check(address)) throw new UsageError('This is no e-mail address.\n')
  if (!checkOf(UserId).Check(name) || isReserved(name) || isReservedWord(name)) {
    throw new UsageError('This user_id cannot be chosen.\n')
  }
  if (!checkOf(Password).Check(password)) {
    throw new UsageError('A password has 8 to 128 characters.\n')
  }
  const sql = connectDatabase(loadConfig(process.env).databaseUrl, {
    connections: 1,
    name: 'curlew cli',
  })
  try {
    const passwordHash = await hashPassword(password)
    const now = new Date()
    const admin = await upsertAdmin(sql, { userId: name, email: address, passwordHash, role, now })
    if (!admin) throw new Failure('userNotFound')
    // Where it is a new password, the old one was in wrong hands or is to be in none.
    await endSessionRows(sql, admin.id, { keep: null }, 'password changed', now)
    return `${admin.user_id} is ${role}.`
  } finally {
    await sql.end()
  }
}

/** Told to the API nodes through Redis; without it they notice by themselves within seconds. */
async function changeUser(verb: 'disable' | 'enable', args: string[]): Promise<string> {
  const { values } = parseArgs({ args, options: { 'user-id': { type: 'string' } } })
  const userId = values['user-id']
  if (!userId) throw new UsageError(usage)
  await using booted = await bootWorkers(loadConfig(process.env), {
    log: createLog('silent', 'cli'),
  })
  const change = verb === 'disable' ? disable : enable
  return `${await change(booted.ctx, userId)} is ${verb}d.`
}

async function deadAddresses(args: string[]): Promise<string> {
  const { values } = parseArgs({ args, options: { clear: { type: 'string' } } })
  const { databaseUrl, jwtSecret } = loadConfig(process.env)
  const sql = connectDatabase(databaseUrl, { connections: 1, name: 'curlew cli' })
  try {
    if (values.clear === undefined) {
      const lines = await describeDead(sql)
      return lines.length === 0 ? 'No address is dead.' : lines.join('\n')
    }
    const was = await revive({ sql, seal: createSeal(jwtSecret) }, values.clear)
    return was ? 'Mail goes there again.' : 'This address was not dead.'
  } finally {
    await sql.end()
  }
}

try {
  const said = `${await run(process.argv.slice(2))}\n`
  // Not left to itself: the watch over a Redis that is away would keep the process for ever.
  process.stdout.write(said, () => process.exit())
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
}
