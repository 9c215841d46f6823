// Runs one command quietly, keeps the end of what it said, and stops it when we are told to stop.
import { spawn } from 'node:child_process'

const tailCharsMax = 8_000
const offlineWords = new RegExp(
  'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ConnectionRefused|' +
    'FailedToOpenSocket|Unable to connect|Could not resolve|DNS',
  'i',
)
const running = new Set()

/** A problem that is told to the person in one sentence, without a stack trace. */
export class Sentence extends Error {}

const forbidden = new Set(['EACCES', 'EPERM', 'EROFS'])

/** What the person is told; undefined when it is a fault of ours, whose trace says where. */
export function sentenceOf(error) {
  if (error instanceof Sentence) return error.message
  const { code, path } = error
  if (code === 'ENOSPC') return 'The disk is full.'
  if (!forbidden.has(code)) return undefined
  return (
    `${path} may not be written by this user (${code}): ` +
    'start as the owner of this folder, or from a copy of your own.'
  )
}

/** Resolves with {code, output}; code is -1 when the command could not be started at all. */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(child)
    let output = ''
    const keep = (chunk) => (output = (output + String(chunk)).slice(-tailCharsMax))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => resolve({ code: -1, output: String(error.message) }))
    child.on('close', (code) => {
      running.delete(child)
      resolve({ code: code ?? 1, output })
    })
  })
}

/** Ctrl-C while something is being installed: the installer goes too. */
export function stopRunning() {
  for (const child of running) child.kill('SIGTERM')
}

/** True when what a package manager said looks like a missing network. */
export function looksOffline(output) {
  return offlineWords.test(output)
}

export function lastLines(output, count = 8) {
  return output.trimEnd().split('\n').slice(-count).join('\n')
}
