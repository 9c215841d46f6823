// Whether what is stored agrees with itself: asked by operators, and daily where they wish it. It stands
// above all others, for it reads their tables.
import { keepsNothing } from '../custody.ts'
import { feature } from '../feature.ts'
import * as bounds from './limits.ts'

export const consistency = feature<typeof bounds>({
  name: 'consistency',
  uses: [],
  custody: keepsNothing,
  limits: bounds.limits,
})
