// The tour of the README as a program: its commands, and what the README says they print.

export interface Step {
  readonly commands: string
  /** What the README shows below them; empty when they are quiet. */
  readonly expected: string
}

/** Fenced blocks between the tour's markers: each `bash` one with the output shown after it. */
export function stepsOf(readme: string): Step[] {
  const tour = /<!-- tour -->([\s\S]*?)<!-- \/tour -->/.exec(readme)?.[1] ?? ''
  const steps: { commands: string; expected: string }[] = []
  for (const [, language, text = ''] of tour.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const last = steps.at(-1)
    if (language === 'bash') steps.push({ commands: text, expected: '' })
    else if (last) last.expected += text
    else throw new Error('The tour shows an output before any command.')
  }
  return steps
}

/** One script of all steps, which stops at the first command that fails. */
export function scriptOf(steps: readonly Step[], divider: string): string {
  const parts = steps.map((step) => `${step.commands}echo '${divider}'\n`)
  return `set -eu -o pipefail\n${parts.join('')}`
}

/** Lines that were shown and did not come, in their order; `…` stands for anything. */
export function missingLines(expected: string, printed: string): string[] {
  const lines = printed.split('\n')
  let from = 0
  return expected.split('\n').filter((line) => {
    if (line === '') return false
    const pattern = new RegExp(`^${line.split('…').map(RegExp.escape).join('.*')}$`)
    const at = lines.findIndex((each, index) => index >= from && pattern.test(each))
    if (at >= 0) from = at + 1
    return at < 0
  })
}
