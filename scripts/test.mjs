// npm test: every check, on a Postgres and a Redis of its own.
import { join } from 'node:path'
import { launch } from './launch.mjs'

await launch(join('src', 'local', 'checks.ts'), process.argv.slice(2))
