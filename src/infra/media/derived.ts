// Where what is made of a file lies: beside it, by keys made of its own.

/** `whole` stands in for what was sent; the others are smaller pictures of it. */
export const uses = ['whole', 'large', 'small'] as const
export type Use = (typeof uses)[number]

export const derivedKey = (key: string, use: Use): string => `${sentKey(key)}_${use}`

/** Written again when a job runs again, removed with the file. */
export const derivedKeys = (key: string): string[] => uses.map((use) => derivedKey(key, use))

/** Of what was sent, whichever of its keys is known. */
export const sentKey = (key: string): string => key.replace(/_(whole|large|small)$/, '')

/** Whether this is what stands in for what was sent. */
export const isWhole = (key: string): boolean => key.endsWith('_whole')
