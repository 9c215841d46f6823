// The path of a file, which may stand wherever an address is asked for. Without schemas: the SDK reads it.

export const mediaPrefix = '/api/v1/media/'

/** The same for everybody and for ever. It opens nothing: who may fetch the file asks for a link. */
export function mediaPath(id: number): string {
  return `${mediaPrefix}${id}`
}

/** The file that an address names; undefined where it is any other address. */
export function mediaIdOf(url: string): number | undefined {
  if (!url.startsWith(mediaPrefix)) return undefined
  const digits = url.slice(mediaPrefix.length)
  return /^[1-9][0-9]{0,15}$/.test(digits) && Number.isSafeInteger(+digits) ? +digits : undefined
}

/** The file that a message of this type holds, if it is one of ours: images, audio, video and files do. */
export function fileIn(type: number, url: string): number | undefined {
  return type >= 2 && type <= 5 ? mediaIdOf(url) : undefined
}
