// What people chose, made fit to stand in a mail of ours; times as people read them.
import type { Locale } from '../../src/core/actor.ts'
import { limits } from '../../src/features/mails/limits.ts'
import { cut } from '../../src/core/graphemes.ts'
import { isVisible } from '../../src/protocol/visible.ts'

/**
 * Something mail programs would make a link of. Whoever enters a foreign address with such a name
 * must not have us mail their advertisement there.
 */
const linkLike = /[\p{L}\p{N}-]\.\p{L}{2}|:\/\/|@|www\./iu

/** On one line, reading in its own direction only, bounded; empty when it looks like a link. */
export function cleanName(text: string, charactersMax: number = limits.mail.nameMax): string {
  // Controls, direction marks, separators of lines and lone surrogates; joiners and tags stay, for
  // families, flags and Persian words are made with them.
  const odd = /(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
  const name = text.replaceAll(odd, ' ').replaceAll(/\s+/g, ' ').trim()
  if (!isVisible(name) || linkLike.test(name.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')))
    return ''
  const short = cut(name, charactersMax)
  return short === name ? name : `${short.trimEnd()}…`
}

export function cleanDevice(text: string): string {
  return cleanName(text, limits.mail.deviceMax)
}

const formats: Readonly<Record<Locale, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }),
  zh: new Intl.DateTimeFormat('zh-CN', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }),
}

/** `2026-01-02T03:04:05Z` → 2 January 2026 at 03:04 UTC. */
export function readable(time: string, locale: Locale): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? cleanName(time) : `${formats[locale].format(date)} UTC`
}

/** An address of the web and nothing else that a program might open. */
export function cleanLink(url: string): string {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? new URL(url).href : ''
}
