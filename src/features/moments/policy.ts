// Pure decisions about moments: what may be posted and said.
import { invalid } from '../../core/failure.ts'
import { limits } from './limits.ts'
import { cleanUrl, type Installation } from '../../core/urls.ts'
import { longerThan } from '../../protocol/characters.ts'
import { mediaPath } from '../../protocol/paths.ts'
import type { NewMoment } from '../../protocol/moments.ts'
import { isVisible } from '../../protocol/visible.ts'

/** What the list of a moment says: nothing, only these, all but these. */
export const listKind = { none: 0, allow: 1, deny: 2 } as const

export interface Post {
  readonly content: string
  readonly images: readonly string[]
  readonly location: string
  readonly visible: number
  readonly listKind: number
  /** Names of friends, lower case, each once. */
  readonly listed: readonly string[]
}

/** What is to be stored, or `validation` with the field that is wrong. */
export function checkPost(input: NewMoment, installation: Installation): Post {
  const { content = '', location = '', visible = 0 } = input
  const images = imagesOf(input, installation)
  const max = limits.moments.contentCharactersMax
  if (longerThan(content, max)) throw invalid('content', 'too_long', { max })
  if (!isVisible(content) && images.length === 0) {
    throw invalid('content', 'missing', { one_of: ['content', 'images'] })
  }
  return { content, images, location, visible, ...listOf(input, visible) }
}

function listOf({ allow_list: allow = [], deny_list: deny = [] }: NewMoment, visible: number) {
  if (allow.length > 0 && deny.length > 0) {
    throw invalid('deny_list', 'conflict', { with: 'allow_list' })
  }
  const kind = allow.length > 0 ? 'allow' : deny.length > 0 ? 'deny' : 'none'
  // Nobody else sees it anyway: whoever says more has something else in mind.
  if (kind !== 'none' && visible === 2) {
    throw invalid('visible', 'conflict', { with: `${kind}_list` })
  }
  const names = kind === 'allow' ? allow : deny
  const listed = [...new Set(names.map((name) => name.toLowerCase()))]
  return { listKind: listKind[kind], listed }
}

function imagesOf(
  { images: given = [], media_ids: files = [] }: NewMoment,
  installation: Installation,
): string[] {
  const list = typeof given === 'string' ? parsed(given) : given
  const max = limits.moments.imagesMax
  if (!Array.isArray(list)) throw invalid('images', 'type', { types: ['array'] })
  if (list.length > max) throw invalid('images', 'too_many', { max })
  if (list.length + files.length > max) throw invalid('media_ids', 'too_many', { max })
  const addresses = list.map((each: unknown) => {
    if (typeof each !== 'string') throw invalid('images', 'type', { types: ['string'] })
    return cleanUrl('images', each, installation)
  })
  return [...addresses, ...files.map(mediaPath)]
}

function parsed(text: string): unknown {
  if (text.trim() === '') return []
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('images', 'type', { types: ['array'] })
  }
}

/** A comment's words, or `validation`. */
export function checkComment(content: string): string {
  const max = limits.moments.commentCharactersMax
  if (!isVisible(content)) throw invalid('content', 'too_short', { min: 1 })
  if (longerThan(content, max)) throw invalid('content', 'too_long', { max })
  return content
}
