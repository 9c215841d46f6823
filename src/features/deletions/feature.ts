// Deletions: what somebody has deleted for themselves alone.
import type * as protocol from '../../protocol/deletions.ts'
import { conversations } from '../conversations/feature.ts'
import { feature } from '../feature.ts'
import { custody } from './custody.ts'
import { deleteForMe, tellDeleted } from './delete.ts'

export const deletions = feature<typeof protocol>({
  name: 'deletions',
  uses: [conversations],
  routes: { 'messages.delete': deleteForMe },
  reactions: { 'message.deleted': tellDeleted },
  custody,
})
