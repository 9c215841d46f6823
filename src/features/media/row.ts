// A file as it is stored: types only.

export interface MediaRow {
  id: number
  /** Null once its owner is erased. */
  user_id: number | null
  key: string
  state: 'uploading' | 'processing' | 'ready' | 'refused' | 'collecting'
  filename: string
  mime: string
  /** Of what is served; those of smaller pictures come on top. */
  bytes: number
  /** How many came. */
  sent_bytes: number | null
  large_bytes: number | null
  small_bytes: number | null
  /** May be shown in place; all else is a download. */
  is_inline: boolean
  refusal: string | null
  /** SHA-256; null until the bytes are there. */
  digest: Buffer | null
  width: number | null
  height: number | null
  duration: number | null
  thumbhash: string | null
  created_at: Date
}
