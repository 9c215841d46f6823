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

/**
 * Between two looks at the event loop. With prom-client's own 10 a process at rest woke up a hundred times a
 * second for them, which was most of what it did.
 */
const lookMs = 100

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
  for (const collect of collectors) collect(register, { eventLoopMonitoringPrecision: lookMs })
}
