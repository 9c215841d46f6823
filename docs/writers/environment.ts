// .env.example: every setting with its meaning and default, all commented out.
import { settings } from '../../src/settings.ts'

/** Shells take `<` and blanks for something else. */
const quoted = (value: string) => (/[^\w.:/-]/.test(value) ? `"${value}"` : value)

export function envExample(): string {
  const blocks = settings.map(
    ({ name, fallback, meaning }) => `# ${meaning}\n# ${name}=${quoted(fallback ?? '')}\n`,
  )
  const head =
    '# Settings of Curlew and their defaults, generated from src/settings.ts: `bun run docs`.'
  return [`${head}\n`, ...blocks].join('\n')
}
