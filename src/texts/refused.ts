// How a refused field is put into words: what each language has to say for it.
import type { Bounds, RefusalReason, Refused, ValueType } from '../protocol/errors.ts'

export interface RefusedTexts {
  /** The field and what is wrong with it as one sentence. */
  readonly sentence: (field: string, words: string) => string
  readonly list: (values: readonly (string | number)[]) => string
  readonly types: Readonly<Record<ValueType, string>>
  /** By the reason; `list` has made one text of several. */
  readonly reasons: { readonly [R in RefusalReason]: (bounds: Listed) => string }
  /** What a field asks for, where its reason and bound say too little: `email pattern`. */
  readonly fields: Readonly<Record<string, string>>
}

type Listed = Omit<Bounds, 'allowed' | 'types' | 'one_of'> & {
  readonly allowed: string
  readonly types: string
  readonly one_of: string
}

export function wordsOf(texts: RefusedTexts, { field, reason, ...bounds }: Refused): string {
  // `allow_list.3` is one of the list, `keys.auth` the field `auth`.
  const name = field.split('.').findLast((part) => !/^\d+$/.test(part)) ?? field
  const { allowed = [], types = [], one_of = [] } = bounds
  const words =
    texts.fields[`${name} ${reason}`] ??
    texts.reasons[reason]({
      ...bounds,
      allowed: texts.list(allowed),
      types: texts.list(types.map((type) => texts.types[type])),
      one_of: texts.list(one_of),
    })
  return texts.sentence(field, words)
}
