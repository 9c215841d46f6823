// The languages we speak, and how a phrase of ours is said in one of them.
import type { TSchema } from '@sinclair/typebox'
import type { Locale } from '../core/actor.ts'
import { refusalReasons, type ErrorName, type Refused } from '../protocol/errors.ts'
import { Phrase } from '../protocol/scalars.ts'
import { en, type Texts } from './en.ts'
import { phrases } from './phrases.ts'
import { wordsOf } from './refused.ts'
import { zh } from './zh.ts'

export const texts: Readonly<Record<Locale, Texts>> = { en, zh }

/** `msg` of a refusal; of a refused field it says which and why. */
export function messageOf(
  locale: Locale,
  name: ErrorName,
  details: Readonly<Record<string, unknown>> | null,
): string {
  const language = texts[locale]
  return isRefused(details) ? wordsOf(language.refused, details) : language.errors[name]
}

const reasons = new Set<unknown>(refusalReasons)

function isRefused(details: unknown): details is Refused {
  const { field, reason } = (details ?? {}) as Partial<Refused>
  return typeof field === 'string' && reasons.has(reason)
}

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
