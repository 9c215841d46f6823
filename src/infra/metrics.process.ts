// What every process says of itself. Of prom-client's own list those are left out that Bun has no numbers
// for, and the spaces of the heap: Bun answers those by walking all of it, which stops the event loop at
// every scrape.
import type { Registry } from 'prom-client'
import eventLoopLag from 'prom-client/lib/metrics/eventLoopLag.js'
import heapSizeAndUsed from 'prom-client/lib/metrics/heapSizeAndUsed.js'
import osMemoryHeap from 'prom-client/lib/metrics/osMemoryHeap.js'
import processCpuTotal from 'prom-client/lib/metrics/processCpuTotal.js'
import processMaxFileDescriptors from 'prom-client/lib/metrics/processMaxFileDescriptors.js'
import processOpenFileDescriptors from 'prom-client/lib/metrics/processOpenFileDescriptors.js'
import processStartTime from 'prom-client/lib/metrics/processStartTime.js'

const collectors = [
  processCpuTotal,
  processStartTime,
  osMemoryHeap,
  processOpenFileDescriptors,
  processMaxFileDescriptors,
  eventLoopLag,
  heapSizeAndUsed,
]

export function collectProcessMetrics(register: Registry): void {
  // Milliseconds between two looks at the loop.
  for (const collect of collectors) collect(register, { eventLoopMonitoringPrecision: 10 })
}
