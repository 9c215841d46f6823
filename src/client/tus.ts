// What is asked of the server about one upload in chunks, by tus 1.0.0. No checksums: the line has its
// own, and what a broken one left is kept only without them.
import { CurlewError } from './error.ts'
import type { Rest } from './rest.ts'
import type { Source } from './source.ts'

/** Where an upload stands: the server's name for it, and how much of it is there. */
export interface Place {
  readonly id: string
  readonly offset: number
  /** It is whole. */
  readonly media?: number
}

const version = { 'tus-resumable': '1.0.0' }
const path = (id: string) => `/media/tus/${id}`

/**
 * Answers, too, until when it may be gone on with: Unix milliseconds. Cannot be aborted: the server may have
 * begun it already, and only the answer says what is to be terminated then.
 */
export async function begin(
  rest: Rest,
  { name, size }: Source,
): Promise<Place & { readonly until: number }> {
  const metadata = `filename ${base64(name)}`
  const headers = { ...version, 'upload-length': `${size}`, 'upload-metadata': metadata }
  const asked = { method: 'POST', path: '/media/tus', headers }
  const { headers: answer } = await rest.ask(asked)
  // Only its name: what stands before it is known better here, where there may be a proxy between.
  const id = answer.get('location')?.split('/').at(-1) ?? ''
  if (!/^\d+$/.test(id)) throw new CurlewError({ reason: 'protocol', msg: 'No upload was begun.' })
  return { id, offset: 0, until: Date.parse(answer.get('upload-expires') ?? '') }
}

export async function look(rest: Rest, id: string, signal: AbortSignal): Promise<Place> {
  const asked = { method: 'HEAD', path: path(id), headers: version }
  return placeIn(id, (await rest.ask(asked, signal)).headers)
}

export async function goOn(
  rest: Rest,
  { id, offset }: Place,
  { body, timeoutMs }: { readonly body: Uint8Array<ArrayBuffer>; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<Place> {
  const type = 'application/offset+octet-stream'
  const headers = { ...version, 'content-type': type, 'upload-offset': `${offset}` }
  const asked = { method: 'PATCH', path: path(id), headers, body, timeoutMs }
  return placeIn(id, (await rest.ask(asked, signal)).headers)
}

/** Not waited for: whoever gave up goes on at once. */
export function terminate(rest: Rest, id: string): void {
  rest.ask({ method: 'DELETE', path: path(id), headers: version }).catch(() => {})
}

function placeIn(id: string, headers: Headers): Place {
  const [offset = '', media = ''] = ['upload-offset', 'media-id'].map(
    (name) => headers.get(name) ?? '',
  )
  if (!/^\d+$/.test(offset)) {
    throw new CurlewError({ reason: 'protocol', msg: 'The server says no offset.' })
  }
  return { id, offset: Number(offset), ...(media === '' ? {} : { media: Number(media) }) }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}
