// What a durable event is: something that happened, as ids only.
import type { TObject } from '@sinclair/typebox'

/**
 * Emitted inside a transaction, told after its commit by the reaction of the same name. Events
 * travel through the outbox and jobs, so they never hold text that a person wrote, nor a secret in
 * clear. A field that is added later is optional: nodes of before do not write it.
 */
export interface Event {
  readonly data: TObject
  /** Whom it concerns. */
  readonly audience: EventAudience
  /** Whether it belongs to the history of the accounts it concerns: what a device catches up on. */
  readonly kept: boolean
}

export type EventAudience =
  /** The accounts whose ids stand in these fields. */
  | { readonly people: readonly string[] }
  /** The members of the conversation whose id stands in this field. */
  | { readonly conversation: string }
  /** Those the reaction finds: who sees something depends on the moment it is told. */
  | 'found'
  /** Nobody hears of it: it is work for ourselves. */
  | 'nobody'
