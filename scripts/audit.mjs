// npm run audit: known weaknesses of our packages, or a sentence when the registry knows none to ask.
import { findBun } from './bun.mjs'
import { lastLines, looksOffline, runQuietly } from './command.mjs'
import { root } from './prepare.mjs'

const bun = findBun(root) ?? 'bun'
const { code, output } = await runQuietly(bun, ['audit'], { cwd: root })
const said = output.trim()
if (code === 0) {
  console.log(said || 'No known weaknesses.')
} else if (looksOffline(said) || /security\/advisories.* - \d{3}/.test(said)) {
  // A mirror has the packages and not their advisories: nothing was checked, which is no pass.
  console.error('Nothing was checked: this registry has no advisories to give.')
  process.exitCode = 2
} else {
  console.error(lastLines(said, 60))
  process.exitCode = 1
}
