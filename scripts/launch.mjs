// Prepares the checkout, runs one program of ours on Bun and passes the signals on.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { join } from 'node:path'
import { sentenceOf, stopRunning } from './command.mjs'
import { prepare, root } from './prepare.mjs'

const parentCheckMs = 500

/** Ctrl-C reaches the whole process group and npm forwards it again: the program sorts that out. */
function forwardSignals(target) {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => target(name))
  if (!process.env.npm_lifecycle_event) return
  // npm (or the shell it puts in between) may be killed without telling us: then we stop too.
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    target('SIGTERM')
  }, parentCheckMs)
  timer.unref()
}

function runOnBun(bun, args, onChild) {
  return new Promise((resolve, reject) => {
    const child = spawn(bun, args, { cwd: root, stdio: 'inherit' })
    onChild(child)
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve({ code, signal }))
  })
}

/** Runs `bun <program> <args>`; if it is killed hard, what it had started is stopped. */
export async function launch(program, args) {
  let child
  forwardSignals((signal) => {
    if (child) return void child.kill(signal)
    stopRunning()
    process.exit(128 + constants.signals[signal])
  })
  try {
    const bun = await prepare()
    const end = await runOnBun(bun, [program, ...args], (started) => (child = started))
    if (end.signal) {
      console.error(`${program} was ended by ${end.signal}; stopping what it had started.`)
      await runOnBun(bun, [join('src', 'local', 'sweep.ts')], () => {})
    }
    process.exitCode = end.code ?? 1
  } catch (error) {
    const sentence = sentenceOf(error)
    if (sentence === undefined) throw error
    console.error(sentence)
    process.exitCode = 1
  }
}
