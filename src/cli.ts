// Operator commands: look whether all is well, migrate, make admins, shut people out, mail dead.
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { ConfigError, loadConfig } from './config.ts'
import { isFailure } from './core/failure.ts'
import { createLog } from './core/log.ts'
import { createSeal } from './core/seal.ts'
import { makeAdmin } from './features/signin/admins.ts'
import { canonicalEmail } from './features/people/policy.ts'
import { describeSuppressed, unsuppress } from './features/mails/suppression.ts'
import { rebuild } from './features/search/indexing.ts'
import { disable, enable } from './features/signin/disabling.ts'
import { hashPassword } from './features/signin/hashing.ts'
import { isReserved, isReservedWord } from './features/people/policy.ts'
import { connectDatabase, isDatabaseAway, isUnmigrated, sqlState, unmigrated } from './infra/db.ts'
import { loadMigrations, migrate } from './infra/migrate.ts'
import { spareLoopback } from './local/loopback.ts'
import { namesServers, settingsHere } from './local/running.ts'
import { checkOf } from './protocol/check.ts'
import { Email, Password, UserId } from './protocol/scalars.ts'
import { en } from './texts/en.ts'

type Values = Readonly<Record<string, string | boolean | undefined>>

interface Command {
  readonly usage: string
  readonly options?: NonNullable<ParseArgsConfig['options']>
  run(values: Values): Promise<string>
}

const who = { 'user-id': { type: 'string' } } as const

/** Each by its words. */
const commands: Readonly<Record<string, Command>> = {
  doctor: {
    usage: `
  bun run cli doctor                       whether all that a start needs is there and set well`,
    run: runDoctor,
  },
  consistency: {
    usage: `
  bun run cli consistency [--json]         whether what is stored agrees with itself`,
    options: { json: { type: 'boolean' } },
    run: runConsistency,
  },
  migrate: {
    usage: `
  bun run cli migrate                      apply what is missing`,
    run: runMigrate,
  },
  'admin create': {
    usage: `
  bun run cli admin create --email E --user-id U [--role operator|viewer] --password-stdin
                                           make an admin, or give one a new password`,
    options: {
      ...who,
      email: { type: 'string' },
      role: { type: 'string', default: 'operator' },
      'password-stdin': { type: 'boolean' },
    },
    run: createAdmin,
  },
  'search rebuild': {
    usage: `
  bun run cli search rebuild               make the index of messages anew; searches go on meanwhile`,
    run: rebuildSearch,
  },
  'user disable': {
    usage: `
  bun run cli user disable --user-id U     shut somebody out at once`,
    options: who,
    run: (values) => changeUser('disable', values),
  },
  'user enable': {
    usage: `
  bun run cli user enable --user-id U      let them in again`,
    options: who,
    run: (values) => changeUser('enable', values),
  },
  'mail dead': {
    usage: `
  bun run cli mail dead                    addresses that mail servers refused for good
  bun run cli mail dead --clear ADDRESS    let mail go to one of them again`,
    options: { clear: { type: 'string' } },
    run: deadAddresses,
  },
}

class UsageError extends Error {}

/** How to call what these words begin; everything, when they begin nothing. */
function usageOf(words: string): string {
  const all = Object.entries(commands)
  const fit = all.filter(([name]) => `${name} `.startsWith(`${words} `))
  const shown = fit.length > 0 ? fit : all
  return `Usage:${shown.map(([, { usage }]) => asCalled(usage)).join('')}`
}

/** As whoever asks has called it: npm keeps options that come without `--` for itself. */
function asCalled(usage: string): string {
  const { npm_lifecycle_event: script, npm_config_user_agent: runner } = process.env
  return script === 'cli' && runner?.startsWith('npm/')
    ? usage.replaceAll('bun run cli', 'npm run cli --')
    : usage
}

function run(args: readonly string[]): Promise<string> {
  const first = args.findIndex((each) => each.startsWith('-'))
  const [words, rest] = first < 0 ? [args, []] : [args.slice(0, first), args.slice(first)]
  const name = words.join(' ')
  const asks = words[0] === 'help' || rest.some((each) => each === '--help' || each === '-h')
  if (asks) return Promise.resolve(usageOf(words[0] === 'help' ? words.slice(1).join(' ') : name))
  const command = commands[name]
  if (!command) throw new UsageError(usageOf(name))
  return command.run(valuesOf(name, command, rest))
}

function valuesOf(name: string, { options = {} }: Command, args: string[]): Values {
  try {
    return parseArgs({ args, options }).values as Values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${usageOf(name)}`)
  }
}

/** Scripts go by the exit code: 1 when a line is wrong. */
async function runDoctor(): Promise<string> {
  const { asTable, examine } = await import('./doctor.ts')
  const findings = await examine(settings())
  if (findings.some((each) => each.state === 'WRONG')) process.exitCode = 1
  return asTable(findings)
}

/** The same: 1 when any row is wrong. */
async function runConsistency({ json }: Values): Promise<string> {
  const { asTable, examineAll } = await import('./consistency.ts')
  const findings = await examineAll(settings())
  if (findings.some(({ wrong }) => wrong > 0)) process.exitCode = 1
  return json === true ? JSON.stringify(findings) : asTable(findings)
}

async function runMigrate(): Promise<string> {
  const sql = connectDatabase(settings().databaseUrl, {
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

/** Only forgets it: the workers make it, and what is not in it yet is searched without it. */
async function rebuildSearch(): Promise<string> {
  const { databaseUrl } = settings()
  const sql = connectDatabase(databaseUrl, { connections: 1, name: 'curlew cli' })
  try {
    await rebuild(sql)
    return 'The workers make the index of messages anew.'
  } finally {
    await sql.end()
  }
}

async function createAdmin(values: Values): Promise<string> {
  const { email, 'user-id': userId, role } = values
  const complete = email && userId && values['password-stdin']
  if (!complete || (role !== 'operator' && role !== 'viewer')) {
    throw new UsageError(usageOf('admin create'))
  }
  const password = (await Bun.stdin.text()).replace(/\r?\n$/, '')
  const [address, name] = [canonicalEmail(String(email)), String(userId).trim()]
  if (!checkOf(Email).Check(address)) throw new UsageError('This is no e-mail address.')
  if (!checkOf(UserId).Check(name) || isReserved(name) || isReservedWord(name)) {
    throw new UsageError('This user_id cannot be chosen.')
  }
  if (!checkOf(Password).Check(password)) {
    throw new UsageError('A password has 8 to 128 characters.')
  }
  const config = settings()
  const sql = connectDatabase(config.databaseUrl, { connections: 1, name: 'curlew cli' })
  try {
    const passwordHash = await hashPassword(config, { address: 'unknown' }, password)
    const now = new Date()
    const made = await makeAdmin(sql, { userId: name, email: address, passwordHash, role, now })
    return `${made} is ${role}.`
  } finally {
    await sql.end()
  }
}

/** Told to the API nodes through Redis; without it they notice by themselves within seconds. */
async function changeUser(verb: 'disable' | 'enable', values: Values): Promise<string> {
  const userId = values['user-id']
  if (!userId) throw new UsageError(usageOf(`user ${verb}`))
  const config = settings()
  // Imported when needed: the whole product, most of the time that a command takes to start.
  const { bootWorkers } = await import('./boot.ts')
  await using booted = await bootWorkers(config, { log: createLog('silent', 'cli') })
  // What happened to the account is a line of the log; that Redis is away is no news here.
  const ctx = { ...booted.ctx, log: createLog(config.logLevel, 'cli', 'error') }
  const change = verb === 'disable' ? disable : enable
  return `${await change(ctx, String(userId))} is ${verb}d.`
}

async function deadAddresses(values: Values): Promise<string> {
  const { databaseUrl, jwtSecret } = settings()
  const sql = connectDatabase(databaseUrl, { connections: 1, name: 'curlew cli' })
  try {
    if (values.clear === undefined) {
      const lines = await describeSuppressed(sql)
      return lines.length === 0 ? 'No address is dead.' : lines.join('\n')
    }
    const was = await unsuppress({ sql, seal: createSeal(jwtSecret) }, String(values.clear))
    return was ? 'Mail goes there again.' : 'This address was not dead.'
  } finally {
    await sql.end()
  }
}

/** The environment's; where it names no server, those of the `npm start` that runs here. */
function settings() {
  const here = settingsHere(process.env)
  try {
    return loadConfig(here ?? process.env)
  } catch (error) {
    if (!(error instanceof ConfigError) || here || namesServers(process.env)) throw error
    throw new ConfigError(`${error.message} (No \`npm start\` runs in this folder.)`)
  }
}

function sentenceOf(error: unknown): string {
  if (isUnmigrated(error)) return unmigrated
  if (isDatabaseAway(error)) return `Postgres does not answer: ${sqlState(error)}.`
  if (isFailure(error)) return en.errors[error.reason]
  return error instanceof Error ? error.message : String(error)
}

try {
  spareLoopback()
  const said = `${await run(process.argv.slice(2))}\n`
  // Not left to itself: the watch over a Redis that is away would keep the process for ever.
  process.stdout.write(said, () => process.exit())
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
}
