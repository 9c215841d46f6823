// People and their files: uploaded as a form, fetched by a link.
import type { Media } from '../../src/protocol/media.ts'
import { eventually } from './eventually.ts'
import type { Answer, Person } from './people.ts'

/** One pixel. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export interface Sent {
  readonly name?: string
  readonly kind?: 'image' | 'file'
  readonly type?: string
}

/** Whatever the answer. */
export async function triesToUpload(
  person: Person,
  bytes: Uint8Array<ArrayBuffer> | string,
  { name = 'lake.png', kind = 'file', type = '' }: Sent = {},
): Promise<Answer<Media>> {
  const form = new FormData()
  form.set('file', new File([bytes], name, { type }))
  const response = await fetch(`${person.base}/api/v1/upload/${kind}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}` },
    body: form,
  })
  const { status, headers } = response
  return { ...((await response.json()) as Answer<Media>), status, headers }
}

export async function uploads(
  person: Person,
  bytes: Uint8Array<ArrayBuffer> | string = png,
  sent: Sent = {},
): Promise<Media> {
  const { code, msg, data } = await triesToUpload(person, bytes, sent)
  if (code !== 0) throw new Error(`${person.userId} could not upload: ${code} ${msg}`)
  return data.state === undefined ? data : whenProcessed(person, data.media_id)
}

/** A busy machine takes longer than an upload is kept waiting. */
export function whenProcessed(person: Person, media_id: number): Promise<Media> {
  const look = async () => {
    const media = await person.does('media.get', { media_id })
    return media.state === 'processing' ? undefined : media
  }
  return eventually(look, { what: 'a file that is processed: does a worker run?' })
}

/** By a link of their own; 404 where they get none. */
export async function fetches(
  person: Person,
  media_id: number,
  headers: Record<string, string> = {},
  size?: 'large' | 'small',
): Promise<Response> {
  const link = await person.tries('media.link', { media_id })
  if (link.code !== 0) return new Response(null, { status: link.status })
  const picture = size === undefined ? '' : `&size=${size}`
  return fetch(new URL(link.data.url + picture, person.base), { headers })
}

export async function mayFetch(person: Person, media_id: number): Promise<boolean> {
  const { status } = await fetches(person, media_id)
  if (status !== 200 && status !== 404) throw new Error(`a file answered ${status}`)
  return status === 200
}
