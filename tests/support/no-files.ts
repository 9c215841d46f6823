// For statements that have to do with no file: a storage with nothing in it, and what is kept for how long.
import { limits } from '../../src/limits.ts'
import type { Keeping } from '../../src/features/custody.ts'

export const noFiles = {
  async remove(): Promise<void> {},
  abortUnfinished: async () => 0,
}

export const keeping: Keeping = { config: { syncMs: limits.sync.cursorMs }, storage: noFiles }
