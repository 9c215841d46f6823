// maintenance: everything somebody has here as one ZIP, read page by page and kept in pieces.
import { limits } from '../src/core/limits.ts'
import { exportedProfile, exportedSessions } from '../src/features/accounts/exported.ts'
import { beginExport, finishExport, keepChunk } from '../src/features/accounts/exports.ts'
import { exportedConversations } from '../src/features/conversations/exported.ts'
import {
  exportedBlocks,
  exportedFriends,
  exportedRequests,
} from '../src/features/friends/exported.ts'
import { exportedMessages } from '../src/features/messages/exported.ts'
import {
  exportedMomentComments,
  exportedMomentLikes,
  exportedMoments,
} from '../src/features/moments/exported.ts'
import { exportedSubscriptions } from '../src/features/push/exported.ts'
import type { Sql } from '../src/infra/db.ts'
import { ZipWriter } from '../src/infra/zip.ts'
import { exportSchema, type ExportFile } from '../src/protocol/export.ts'
import type { Work } from './work.ts'

interface Page<R> {
  readonly rows: readonly R[]
  /** Where the next page begins; null after the last. */
  readonly next: number | null
}

type ReadPage<R> = (sql: Sql, key: number, after: number, limit: number) => Promise<Page<R>>
type Lists = Exclude<ExportFile, 'profile'>

/** Every file that is a list, with the feature that fills it: one missing does not compile. */
const lists: { readonly [F in Lists]: (sql: Sql, user: number) => AsyncIterable<object[]> } = {
  sessions: (sql, user) => pages(exportedSessions, sql, user),
  friends: (sql, user) => pages(exportedFriends, sql, user),
  friend_requests: (sql, user) => pages(exportedRequests, sql, user),
  blocks: (sql, user) => pages(exportedBlocks, sql, user),
  conversations: (sql, user) => pages(exportedConversations, sql, user),
  messages: messagesOf,
  moments: (sql, user) => pages(exportedMoments, sql, user),
  moment_likes: (sql, user) => pages(exportedMomentLikes, sql, user),
  moment_comments: (sql, user) => pages(exportedMomentComments, sql, user),
  push_subscriptions: (sql, user) => pages(exportedSubscriptions, sql, user),
}

async function* pages<R extends object>(
  read: ReadPage<R>,
  sql: Sql,
  key: number,
): AsyncGenerator<R[]> {
  for (let after: number | null = 0; after !== null;) {
    const page: Page<R> = await read(sql, key, after, limits.export.pageRows)
    yield [...page.rows]
    after = page.next
  }
}

/** Conversation by conversation: an index has them in that order, whoever said how much. */
async function* messagesOf(sql: Sql, user: number): AsyncGenerator<object[]> {
  for await (const conversations of pages(exportedConversations, sql, user)) {
    for (const { id } of conversations) yield* pages(exportedMessages, sql, id)
  }
}

/** Begun again after a crash, it is built anew under a number of its own. */
export async function buildExport({ ctx }: Work, job: { export: number }): Promise<void> {
  const build = await beginExport(ctx.sql, job.export)
  if (!build) return
  let n = 0
  const zip = new ZipWriter(limits.export, ctx.clock.now(), (chunk) =>
    keepChunk(ctx.sql, build, n++, chunk),
  )
  await zip.begin('schema.json')
  await zip.write(JSON.stringify(exportSchema, null, 2))
  await zip.begin('profile.json')
  await zip.write(JSON.stringify(await exportedProfile(ctx.sql, build.user), null, 2))
  for (const [file, read] of Object.entries(lists)) {
    await zip.begin(`${file}.json`)
    await writeList(zip, read(ctx.sql, build.user))
  }
  await zip.finish()
  await finishExport(ctx, build)
}

async function writeList(zip: ZipWriter, list: AsyncIterable<object[]>): Promise<void> {
  let before = '[\n'
  for await (const rows of list) {
    if (rows.length === 0) continue
    await zip.write(before + rows.map((row) => JSON.stringify(row)).join(',\n'))
    before = ',\n'
  }
  await zip.write(before === '[\n' ? '[]\n' : '\n]\n')
}
