// Bounds of the HTTP door, with their units.

export const limits = {
  /** HTTP bodies of ordinary routes. */
  bodyBytesMax: 64 * 1024,
} as const
