// npm start, after the launcher prepared the checkout: runs the installation until told to stop.
import { runInstallation } from './installation.ts'

await runInstallation()
// Timers and sockets of stopped parts must not keep a finished program alive.
process.exit(process.exitCode ?? 0)
