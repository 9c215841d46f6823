// The languages we speak, and how a phrase of ours is said in one of them.
import type { TSchema } from '@sinclair/typebox'
import type { Locale } from '../core/actor.ts'
import { Phrase } from '../protocol/scalars.ts'
import { en, type Texts } from './en.ts'
import { phrases } from './phrases.ts'
import { zh } from './zh.ts'

export const texts: Readonly<Record<Locale, Texts>> = { en, zh }

/** A phrase nobody has translated is said in English. */
export function say(locale: Locale, phrase: string): string {
  return locale === 'en' ? phrase : (phrases[phrase]?.[locale] ?? phrase)
}

/**
 * An answer as its reader speaks: `message` in another language, where the schema says that it is
 * a phrase of ours. Elsewhere `message` is what a person wrote, and stays.
 */
export function spoken(schema: TSchema | undefined, data: unknown, locale: Locale): unknown {
  if (locale === 'en' || schema?.['properties']?.message !== Phrase) return data
  const answer = data as { readonly message: string }
  return { ...answer, message: say(locale, answer.message) }
}
