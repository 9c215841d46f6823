// A problem told to the person in one sentence, with the last words of the program that caused it.

export class LocalFailure extends Error {
  readonly details: readonly string[]

  constructor(sentence: string, details: readonly string[] = []) {
    super(sentence)
    this.details = details
  }
}
