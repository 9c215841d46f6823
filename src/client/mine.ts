// Which reactions are mine: what everybody hears of a message does not say it.
import type { Message } from '../protocol/messages.ts'

type Reaction = NonNullable<Message['reactions']>[number]

/** As all hear of it, with what is known of mine. */
export function withMine<M extends Message>(message: M, known: Message | undefined): M {
  return marked(message, (emoji) => isMine(known, emoji))
}

/** I have reacted, or taken that back: the count is told apart from this, before or after it. */
export function reacted<M extends Message>(message: M, emoji: string, is: boolean): M {
  const all: Reaction[] = [...(message.reactions ?? [])]
  if (is && !all.some((each) => each.emoji === emoji)) all.push({ emoji, count: 1 })
  const changed = { ...message, reactions: all }
  return marked(changed, (each) => (each === emoji ? is : isMine(message, each)))
}

const isMine = (message: Message | undefined, emoji: string) =>
  message?.reactions?.some((each) => each.mine && each.emoji === emoji)

function marked<M extends Message>(message: M, isIt: (emoji: string) => boolean | undefined): M {
  const { reactions } = message
  if (!reactions?.length) return message
  const shown = reactions.map(({ emoji, count }) =>
    isIt(emoji) ? { emoji, count, mine: true } : { emoji, count },
  )
  return { ...message, reactions: shown }
}
