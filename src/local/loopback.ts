// This machine is never asked through a proxy: only what is fetched from elsewhere needs one.

const names = ['localhost', '127.0.0.1', '::1', '[::1]']
const proxies = /^(https?|all)_proxy$/i

/**
 * Bun's fetch goes by `http_proxy` and its like, loopback included. `no_proxy` wins over `NO_PROXY`
 * where both are set, so each gets the names. Children inherit it.
 */
export function spareLoopback(env: Record<string, string | undefined> = process.env) {
  if (!Object.keys(env).some((name) => proxies.test(name) && env[name])) return
  const given = [env.no_proxy, env.NO_PROXY].flatMap((list) => list?.split(',') ?? [])
  const all = new Set([...given.map((each) => each.trim()).filter(Boolean), ...names])
  env.no_proxy = env.NO_PROXY = [...all].join(',')
}
