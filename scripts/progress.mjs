// Shows one line per preparation step with the time it took; plain lines without a terminal.

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** Runs one step; on a terminal the line counts the seconds, elsewhere it is printed when done. */
export async function step(label, work) {
  const began = Date.now()
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  const live = process.stdout.isTTY === true
  let frame = 0
  const draw = () => process.stdout.write(`\r\x1b[2K${frames[frame++ % 10]} ${label}  ${seconds()}`)
  const timer = live ? setInterval(draw, 100) : undefined
  const finish = (mark, note) => {
    clearInterval(timer)
    const line = `${mark} ${label}${note ? `: ${note}` : ''}  ${seconds()}`
    process.stdout.write(live ? `\r\x1b[2K${line}\n` : `${line}\n`)
  }
  try {
    const note = await work()
    finish('✓', note)
  } catch (error) {
    finish('✗')
    throw error
  }
}
