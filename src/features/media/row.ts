// A file as it is stored: types only.

export interface MediaRow {
  id: number
  /** Null once its owner is erased. */
  user_id: number | null
  key: string
  state: 'uploading' | 'processing' | 'ready' | 'refused' | 'collecting'
  filename: string
  mime: string
  bytes: number
  /** SHA-256; null until the bytes are there. */
  digest: Buffer | null
  width: number | null
  height: number | null
  duration: number | null
  thumbhash: string | null
  created_at: Date
}
