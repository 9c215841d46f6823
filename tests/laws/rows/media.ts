// Laws of files: how much there is, who may fetch what.
import type * as fetched from '../../../src/protocol/fetching.ts'
import type * as kept from '../../../src/protocol/media.ts'
import { membersOnly, signedIn, unlessBlocked } from './access.ts'
import type { Rows, Scene } from './row.ts'
import { traceless } from './twice.ts'

interface Protocol {
  readonly operations: typeof kept.operations & typeof fetched.operations
}

const files = 'select count(*) from media'

/** Said to the member. */
const itsFile: Scene = async (stage) => {
  const media_id = await stage.file()
  await stage.message('', { message_type: 2, media_id })
  return { media_id }
}

const itsAvatar: Scene = async (stage) => {
  const media_id = await stage.file()
  await stage.owner.does('accounts.updateMe', { avatar_media_id: media_id })
  return { media_id }
}

export const media: Rows<Protocol> = {
  operations: {
    'media.usage': { scene: () => ({}), access: signedIn(), budget: 2 },
    'media.get': {
      scene: itsFile,
      access: membersOnly('notFound'),
      budget: 2,
      also: {
        'an avatar': { scene: itsAvatar, access: unlessBlocked('notFound'), budget: 2 },
      },
    },
    'media.link': {
      scene: itsFile,
      access: membersOnly('notFound'),
      twice: traceless(files, 'ok'),
      budget: 2,
    },
  },
}
