// Run by tests: what `npm start` runs, in a data folder of its own.
import { runInstallation } from '../../src/local/installation.ts'

await runInstallation({ dataDir: process.argv[2] as string })
process.exit(process.exitCode ?? 0)
