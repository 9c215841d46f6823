// Emoji as people react with them, and what has come together on a message.
import { Type } from '@sinclair/typebox'

export const Emoji = Type.String({
  minLength: 1,
  maxLength: 40,
  description: 'One emoji, as keyboards offer them: also a flag, a family, one with a skin tone.',
  examples: ['👍'],
})

const Reaction = Type.Object(
  {
    emoji: Type.String({ examples: ['👍'] }),
    count: Type.Integer({ minimum: 1, examples: [2] }),
    mine: Type.Optional(
      Type.Boolean({
        description: 'Mine is among them; said in answers to me, not in frames for all.',
        examples: [true],
      }),
    ),
  },
  { title: 'Reaction' },
)

/** How many have reacted with each emoji, in the order in which they were first used. */
export const Reactions = Type.Array(Reaction, {
  description: 'Of a message without any it is not there.',
})
