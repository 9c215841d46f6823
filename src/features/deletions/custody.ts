// What somebody has deleted for themselves: goes with their account. They do not take it along, for an
// export leaves out what it tells of.
import type { Custody } from '../custody.ts'
import { eraseDeletions } from './store.ts'

export const custody: Custody<never> = { erase: eraseDeletions, export: {}, expire: [] }
