// Pure decisions about messages: what may be said, and until when it may be changed.
import { invalid } from '../../core/failure.ts'
import { limits } from './limits.ts'
import { longerThan } from '../../protocol/characters.ts'
import { mediaPath } from '../../protocol/paths.ts'
import { messageTypes, ownTypesFrom } from '../../protocol/messages.types.ts'
import type { SendMessage } from '../../protocol/messages.ts'
import { isVisible } from '../../protocol/visible.ts'

const known = new Set<number>(Object.values(messageTypes))
const withMedia = new Set<number>([
  messageTypes.image,
  messageTypes.audio,
  messageTypes.video,
  messageTypes.file,
])
/** Said by the server alone. */
const reserved = new Set<number>([messageTypes.system])

const sendable = [...[...known].filter((type) => !reserved.has(type)), `${ownTypesFrom}-255`]

/** Refuses what the schema cannot see. */
export function checkContent(input: SendMessage): void {
  const type = input.message_type
  if ((!known.has(type) && type < ownTypesFrom) || reserved.has(type)) {
    throw invalid('message_type', 'unknown_value', { allowed: sendable })
  }
  const { content } = input
  // UTF-8 takes at most 3 bytes per UTF-16 unit: short texts need no counting.
  if (content.length * 3 > limits.message.bytesMax) {
    const max = limits.message.bytesMax
    if (Buffer.byteLength(content) > max)
      throw invalid('content', 'too_long', { max, unit: 'bytes' })
  }
  if (withMedia.has(type)) {
    if (!input.media_url) throw invalid('media_url', 'missing')
    return
  }
  if (!isVisible(content)) throw invalid('content', 'too_short', { min: 1 })
  const max = limits.message.charactersMax
  if (type === messageTypes.text && longerThan(content, max)) {
    throw invalid('content', 'too_long', { max })
  }
}

/** With the path of the file it names in place of its number. */
export function withPath(input: SendMessage): SendMessage {
  const { media_id: id, media_url: url = '', ...rest } = input
  if (id === undefined) return input
  if (!withMedia.has(input.message_type)) {
    throw invalid('media_id', 'conflict', { with: 'message_type' })
  }
  const path = mediaPath(id)
  if (url !== '' && url !== path) throw invalid('media_id', 'conflict', { with: 'media_url' })
  return { ...rest, media_url: path }
}

/** What its sender typed: text, what stands below media, and whatever the application has of its own. */
export function isWorded(type: number): boolean {
  return type === messageTypes.text || withMedia.has(type) || type >= ownTypesFrom
}

/**
 * First 8 bytes of SHA-256 over everything the sender chose. Stored, because the message itself
 * may be edited or recalled before the same client_msg_id comes again.
 */
export function digestOf(conversation: number, input: SendMessage, mentions = '[]'): bigint {
  const { message_type: type, content, media_url: media = '', reply_to_id: reply = 0 } = input
  // No text holds a NUL, so nothing can be moved from one field into the next.
  const words = `${conversation}\0${type}\0${reply}\0${media}\0${content}`
  Bun.SHA256.hash(mentions === '[]' ? words : `${words}\0${mentions}`, scratch)
  return scratch.readBigInt64BE(0)
}

const scratch = Buffer.alloc(32)
