// Its default metrics one by one, which its own types leave out.
declare module 'prom-client/lib/metrics/*.js' {
  import type { Registry } from 'prom-client'

  const collect: (
    register: Registry,
    options: { readonly eventLoopMonitoringPrecision: number },
  ) => void
  export default collect
}
