// Laws of moments: what is posted, who sees it, what is said below.
import type { serverFrames } from '../../../src/protocol/moments.told.ts'
import type { operations } from '../../../src/protocol/moments.ts'
import { moments as posts, responses } from '../crowds.ts'
import { friendsOnly, ownerOnly, signedIn, unlessBlocked, type Access } from './access.ts'
import { both, cursor, fixed, image, manyIds, text, words } from './longest.ts'
import { seesNothing, type Rows, type Scene } from './row.ts'
import { each, once } from './twice.ts'

interface Protocol {
  readonly operations: typeof operations
  readonly serverFrames: typeof serverFrames
}

const posted = 'select count(*) from moments'
const likes = 'select count(*) from moment_likes'
const comments = 'select count(*) from moment_comments'
const itsMoment: Scene = async (stage) => ({ id: await stage.moment() })
const friends = friendsOnly('momentNotFound')
/** Friends see it, and may not take it away. */
const author: Access = friendsOnly('momentNotFound', { friend: 'notAllowed', member: 'notAllowed' })

export const moments: Rows<Protocol> = {
  operations: {
    'moments.create': {
      scene: () => ({ content: 'hi' }),
      access: signedIn(),
      twice: each(posted, 'one may post the same words twice'),
      budget: 6,
      also: {
        'with a file': {
          scene: async (stage) => ({ content: 'hi', media_ids: [await stage.file()] }),
          access: ownerOnly('notFound'),
          twice: each(posted, 'one may post the same words twice'),
          budget: 8,
        },
      },
      sight: seesNothing(() => ({ content: 'hi' })),
      longest: () => ({
        whole: both({
          content: text('First swim of the year.', '𠮷'.repeat(2_000)),
          images: { ordinary: [image(0)], longest: Array.from({ length: 9 }, (_, n) => image(n)) },
          location: text('At the lake', words(128)),
        }),
        'for some': both({
          content: text('First swim of the year.', words(2_000)),
          allow_list: { ordinary: ['nobody'], longest: manyIds(500) },
        }),
      }),
    },
    'moments.mine': {
      scene: () => ({}),
      access: signedIn(),
      budget: 4,
      grows: { 'by page': posts({ page_size: 100 }), 'by cursor': posts({ limit: 100 }) },
      sight: seesNothing(() => ({})),
      longest: () => ({ whole: both({ cursor }) }),
    },
    'moments.timeline': {
      scene: () => ({}),
      access: signedIn(),
      budget: 4,
      also: {
        'with talk below': {
          async scene(stage) {
            await stage.talk(await stage.moment())
            return {}
          },
          access: signedIn(),
          budget: 6,
        },
      },
      grows: { 'by page': posts({ page_size: 100 }), 'by cursor': posts({ limit: 100 }) },
      sight: seesNothing(() => ({})),
      longest: () => ({ whole: both({ cursor }) }),
    },
    'moments.wall': {
      scene: async (stage) => ({ user_id: await stage.other(() => stage.cast.member) }),
      access: unlessBlocked('userNotFound'),
      budget: 4,
      grows: {
        'by page': async (stage, size) => ({
          user_id: stage.owner.userId,
          ...(await posts({ page_size: 100 })(stage, size)),
        }),
      },
      sight: seesNothing(({ carol }) => ({ user_id: carol.userId })),
      longest: ({ friend }) => ({
        whole: both({ user_id: friend }),
        'by cursor': both({ user_id: friend, cursor }),
      }),
    },
    'moments.get': {
      scene: itsMoment,
      access: friends,
      budget: 5,
      also: {
        'for everyone': {
          scene: async (stage) => ({ id: await stage.moment(0) }),
          access: unlessBlocked('momentNotFound'),
          budget: 5,
        },
        'for oneself': {
          scene: async (stage) => ({ id: await stage.moment(2) }),
          access: ownerOnly('momentNotFound'),
          budget: 5,
        },
      },
      sight: seesNothing(({ carols }) => ({ id: carols })),
    },
    'moments.remove': {
      scene: itsMoment,
      access: author,
      twice: once(posted, ['momentNotFound'], -1),
      budget: 2,
    },
    'moments.like': {
      scene: itsMoment,
      access: friends,
      twice: once(likes, 'same'),
      budget: 7,
    },
    'moments.unlike': {
      async scene(stage) {
        const id = await stage.moment()
        await stage.owner.does('moments.like', { id })
        return { id }
      },
      access: friends,
      twice: once(likes, 'same', -1),
      budget: 3,
    },
    'moments.likes': {
      scene: itsMoment,
      access: friends,
      budget: 3,
      grows: { 'by page': responses({ page_size: 100 }) },
      sight: seesNothing(({ his }) => ({ id: his })),
      longest: ({ moment }) => ({ whole: both({ id: fixed(moment), cursor }) }),
    },
    'moments.comment': {
      scene: async (stage) => ({ id: await stage.moment(), content: 'hi' }),
      access: friends,
      twice: each(comments, 'one may say the same words twice'),
      budget: 8,
      also: {
        'in answer': {
          async scene(stage) {
            const id = await stage.moment()
            return { id, content: 'hi', reply_to_id: await stage.comment(id) }
          },
          access: friends,
          twice: each(comments, 'one may say the same words twice'),
          budget: 9,
        },
      },
      sight: seesNothing(({ carols, answer }) => ({
        id: carols,
        content: 'still here',
        reply_to_id: answer,
      })),
      longest: ({ moment }) => ({
        whole: both({ id: fixed(moment), content: text('Cold?', '𠮷'.repeat(500)) }),
      }),
    },
    'moments.comments': {
      scene: itsMoment,
      access: friends,
      budget: 3,
      grows: { 'by cursor': responses({ limit: 100 }) },
      sight: seesNothing(({ carols }) => ({ id: carols })),
      longest: ({ moment }) => ({ whole: both({ id: fixed(moment), cursor }) }),
    },
    'moments.removeComment': {
      scene: async (stage) => ({ comment_id: await stage.comment(await stage.moment()) }),
      access: author,
      twice: once(comments, ['momentNotFound'], -1),
      budget: 2,
    },
  },
  told: { moment_activity: 'not heard' },
}
