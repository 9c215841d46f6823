// npm start: a whole installation on this machine.
import { join } from 'node:path'
import { launch } from './launch.mjs'

await launch(join('src', 'local', 'main.ts'), process.argv.slice(2))
