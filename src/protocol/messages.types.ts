// What kinds of messages there are, by number.
export const messageTypes = {
  text: 1,
  image: 2,
  audio: 3,
  video: 4,
  file: 5,
  system: 6,
  forward: 7,
  location: 8,
  card: 9,
  sticker: 10,
  poll: 11,
  call: 12,
  encrypted: 13,
} as const

/** From here to 255 types are the application's own and are carried untouched. */
export const ownTypesFrom = 64
