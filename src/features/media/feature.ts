// Files: kept for those who upload them, and used in what they say and show.
import type * as protocol from '../../protocol/media.ts'
import { feature } from '../feature.ts'
import { custody } from './custody.ts'
import { intake } from './intake.ts'
import * as bounds from './limits.ts'
import { enqueueLost, enqueueProcessing } from './processing.ts'
import { usage } from './upload.ts'

export const media = feature<typeof protocol & typeof bounds>({
  name: 'media',
  uses: [],
  routes: { 'media.usage': usage },
  reactions: { 'media.uploaded': (ctx, { media: id }) => enqueueProcessing(ctx, id) },
  states: [intake],
  recover: enqueueLost,
  custody,
  limits: bounds.limits,
  buckets: bounds.buckets,
})
