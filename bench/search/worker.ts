// The product's worker process, which indexes what was said after a second instead of half a minute: of a
// turn of some seconds it would see nothing. People who go on talking never rest that long, so the work is
// the same.
import { limits } from '../../src/features/search/limits.ts'

Object.assign(limits.index, { restMs: 1_000 })
await import('../../workers/main.ts')
