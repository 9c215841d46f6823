// What a message answers, as its reader may see it.
import { Type, type Static } from '@sinclair/typebox'
import { previewMax } from './characters.ts'
import { Id, Seq, UserId } from './scalars.ts'

const Preview = Type.Object(
  {
    id: Id,
    seq: Seq,
    from_user_id: UserId,
    message_type: Type.Integer({ examples: [1] }),
    content: Type.String({
      description: `Its first ${previewMax} characters; empty once recalled.`,
      examples: ['Shall we meet?'],
    }),
    is_recalled: Type.Boolean({ examples: [false] }),
  },
  { title: 'Preview' },
)
export type Preview = Static<typeof Preview>

export const ReplyTo = Type.Union([Preview, Type.Null()], {
  description:
    'What it answers, as it is now; null where I may not read that, or have deleted it. There in answers ' +
    'to me, not in frames for all; whoever keeps messages changes it with the message of `reply_to_id`.',
})
