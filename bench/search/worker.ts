// The product's worker process, which indexes what was said after a second instead of half a minute: of a
// turn of some seconds it would see nothing. While people go on talking it makes whole slices either way; the
// last of each conversation is a small one here.
import { limits } from '../../src/features/search/limits.ts'

Object.assign(limits.index, { restMs: 1_000 })
await import('../../workers/main.ts')
