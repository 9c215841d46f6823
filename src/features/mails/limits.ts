// Bounds of mails, with their units.

export const limits = {
  mail: {
    /** A mail nobody took by then is dropped; one with a code when the code expires. */
    lifeMs: 48 * 3_600_000,
    /** Pauses after an address was refused for good, doubling at each refusal. */
    suppressFirstMs: 24 * 3_600_000,
    suppressMaxMs: 30 * 24 * 3_600_000,
    /** Characters shown of what a person chose: a nickname, a device. */
    nameMax: 64,
    deviceMax: 120,
    /** The same of what somebody has said, where it is mailed. */
    saidMax: 240,
  },
} as const
