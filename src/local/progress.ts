// Shows one line per step with the time it took; plain lines where there is no terminal.

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameMs = 100

/** Runs one step; a text it returns is shown beside its name. */
export async function step<T>(label: string, work: () => Promise<T>, note?: (value: T) => string) {
  const began = performance.now()
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`
  const live = process.stdout.isTTY === true
  let frame = 0
  const draw = () =>
    process.stdout.write(`\r\x1b[2K${frames[frame++ % frames.length]} ${label}  ${seconds()}`)
  const timer = live ? setInterval(draw, frameMs) : undefined
  const finish = (mark: string, extra = '') => {
    clearInterval(timer)
    const line = `${mark} ${label}${extra && `: ${extra}`}  ${seconds()}`
    process.stdout.write(live ? `\r\x1b[2K${line}\n` : `${line}\n`)
  }
  try {
    const value = await work()
    finish('✓', note?.(value))
    return value
  } catch (error) {
    finish('✗')
    throw error
  }
}
