// Bounds of favourites, with their units.

export const limits = {
  favorites: {
    /** Messages one person keeps. */
    perPersonMax: 5_000,
  },
} as const
