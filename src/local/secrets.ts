// Makes a secret once and keeps it in a file that only its owner may read.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export function randomSecret(bytes = 32) {
  return randomBytes(bytes).toString('hex')
}

/** Written aside and renamed, so that a crash cannot leave half a secret behind. */
export function keptSecret(file: string) {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const secret = randomSecret()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return secret
}
