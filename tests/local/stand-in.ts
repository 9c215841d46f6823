// Stands in for the server's programs, so that the installation is tested without them.
// Run with a role as its argument; as `supervisor <data folder>` it is the installation itself.

const [role, dataDir] = process.argv.slice(2)
const self = [process.execPath, import.meta.path]

if (role === 'supervisor') {
  const { runInstallation } = await import('../../src/local/installation.ts')
  const commands = { api: [...self, 'api'], workers: [...self, 'workers'], cli: [...self, 'cli'] }
  await runInstallation({ dataDir: dataDir!, commands })
  process.exit(process.exitCode ?? 0)
} else if (role === 'api' || role === 'workers') {
  if (process.env.STAND_IN_ENDS === role) throw new Error('no more of this')
  const port = role === 'api' ? Number(process.env.PORT) : 0
  const server = Bun.serve({
    port,
    hostname: '127.0.0.1',
    fetch: () => new Response(String(process.pid)),
  })
  process.send?.('ready')
  process.on('SIGTERM', () => {
    void server.stop(true).then(() => process.exit(0))
  })
} else if (role === 'cli') {
  if (dataDir !== 'migrate' && (await Bun.stdin.text()).trim() === '') process.exit(1)
}
