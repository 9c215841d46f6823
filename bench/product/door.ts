// One person at the product's real routes.
import type { Sql } from 'postgres'
import { systemClock } from '../../src/core/clock.ts'
import { createTokens } from '../../src/infra/tokens.ts'
import type { Product } from './processes.ts'

export interface Answer {
  readonly ms: number
  /** Of the whole body. */
  readonly bytes: number
  readonly data: unknown
}

export type Ask = (path: string, options?: { method: string; body?: string }) => Promise<Answer>

/** The clock stops when the whole answer is here, before it is looked at. */
export async function openDoor({ port, secret }: Product, sql: Sql, user: number): Promise<Ask> {
  const tokens = await createTokens(secret, 8 * 3_600, systemClock)
  const [row] = await sql<[{ user_id: string; session: string }]>`
    select u.user_id, s.id as session from users u join sessions s on s.user_id = u.id
    where u.id = ${user}`
  const token = await tokens.sign({ userId: row.user_id, sessionId: Number(row.session) })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return async (path, options = { method: 'GET' }) => {
    const begun = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { headers, ...options })
    const text = await response.text()
    const ms = performance.now() - begun
    const { code, data } = JSON.parse(text)
    if (code !== 0) throw new Error(`${path} answered ${text.slice(0, 200)}`)
    return { ms, bytes: Buffer.byteLength(text), data }
  }
}
