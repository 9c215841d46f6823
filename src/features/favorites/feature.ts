// Favourites: what people keep of what was said.
import type * as protocol from '../../protocol/favorites.ts'
import { conversations } from '../conversations/feature.ts'
import { feature } from '../feature.ts'
import { messages } from '../messages/feature.ts'
import { custody } from './custody.ts'
import { add, list, remove, tellSet } from './keep.ts'
import * as bounds from './limits.ts'

export const favorites = feature<typeof protocol & typeof bounds>({
  name: 'favorites',
  uses: [conversations, messages],
  routes: { 'favorites.add': add, 'favorites.remove': remove, 'favorites.list': list },
  reactions: { 'favorite.set': tellSet },
  custody,
  limits: bounds.limits,
})
