// Fetching: who may have a file, and what becomes of one that nobody can have.
import type * as protocol from '../../protocol/fetching.ts'
import { conversations } from '../conversations/feature.ts'
import { feature } from '../feature.ts'
import { friends } from '../friends/feature.ts'
import { media } from '../media/feature.ts'
import { moments } from '../moments/feature.ts'
import { people } from '../people/feature.ts'
import { custody } from './custody.ts'
import { get, link } from './fetch.ts'

export const fetching = feature<typeof protocol>({
  name: 'fetching',
  uses: [media, people, conversations, friends, moments],
  routes: { 'media.get': get, 'media.link': link },
  custody,
})
