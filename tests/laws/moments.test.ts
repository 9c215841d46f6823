// The law of moments: in any world, whatever the SQL answers is what the plain rules say.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { limits } from '../../src/limits.ts'
import { listListeners } from '../../src/features/moments/activity.store.ts'
import {
  findComment,
  holdMoment,
  listComments,
  listLikes,
  listSeenComments,
} from '../../src/features/moments/responses.store.ts'
import { findAuthor, findMoments } from '../../src/features/moments/store.ts'
import { Recent } from '../../src/core/recent.ts'
import { listTimeline } from '../../src/features/moments/timeline.ts'
import {
  listRecent,
  listWall,
  mergeFriends,
  type Position,
  type PageRange,
} from '../../src/features/moments/timeline.store.ts'
import type { Sql } from '../../src/infra/db.ts'
import { openDatabase, type OpenDatabase } from '../support/database.ts'
import { isDeep } from '../support/deep.ts'
import { transacted } from '../support/transaction.ts'
import { Oracle, type Post } from './moments.oracle.ts'
import { makeWorld, storeWorld } from './moments.world.ts'

const quiet = new Recent<number, number>(limits.moments.quietReadersMax)

let database: OpenDatabase
let sql: Sql
beforeAll(async () => {
  database = await openDatabase({ connections: 4 })
  sql = database.sql
})
afterAll(() => database[Symbol.asyncDispose]())

/** Worlds, and the questions in them; the deep run asks a hundred thousand. */
const [runs, questionsMin] = isDeep ? [14, 100_000] : [5, 30_000]
const { listedLikesMax, listedCommentsMax } = limits.moments
const whole = { after: 0, offset: 0, limit: 10_000 }
const end: Position = { created_at: new Date('2100-01-01T00:00:00Z'), id: Number.MAX_SAFE_INTEGER }

let worlds = 0
let questions = 0

/** One question: what the SQL says against what the rules say. */
function agree(what: string, said: unknown, right: unknown) {
  questions++
  if (!Bun.deepEquals(said, right)) expect({ what, said }).toEqual({ what, said: right })
}

/** All of a list, page by page: some by cursor, some by number. */
async function walk(
  size: number,
  byNumber: boolean,
  find: (range: PageRange) => PromiseLike<readonly Position[]>,
) {
  const ids: number[] = []
  for (let before = end; ;) {
    const offset = byNumber ? ids.length : 0
    const rows = await find({ before, offset, limit: size })
    ids.push(...rows.map((row) => row.id))
    if (rows.length < size) return ids
    if (!byNumber) before = rows.at(-1) as Position
  }
}

async function askMoments(oracle: Oracle, viewer: number) {
  const { posts } = oracle.world
  const rows = await findMoments(
    sql,
    viewer,
    posts.map((post) => post.id),
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  for (const post of posts) {
    const row = found.get(post.id)
    const likes = oracle.likes(viewer, post)
    const comments = oracle.comments(viewer, post).map((each) => each.id)
    const liked = oracle.world.likes.some((like) => like.post === post.id && like.by === viewer)
    agree(
      `moment ${post.id} for ${viewer}`,
      row && [
        row.like_count,
        row.comment_count,
        row.newest_likes,
        row.newest_comments,
        row.liked_by_me,
        row.listed,
      ],
      oracle.sees(viewer, post)
        ? [
            likes.length,
            comments.length,
            likes.slice(-listedLikesMax).toReversed(),
            comments.slice(-listedCommentsMax).toReversed(),
            liked,
            viewer === post.author ? post.listed.map((each) => `p-${each}`).toSorted() : null,
          ]
        : undefined,
    )
  }
}

async function recentFirst(viewer: number, range: PageRange) {
  const recent = await listRecent(sql, viewer, range)
  return recent.length > 0 ? recent : mergeFriends(sql, viewer, range)
}

async function askLists(oracle: Oracle, viewer: number, nth: number) {
  const { people } = oracle.world
  const author = people[(nth * 7 + worlds) % people.length] as number
  const size = [1, 4, 11, 21, 60][(nth + worlds) % 5] as number
  const timeline = oracle.timeline(viewer)
  const ways: [string, boolean, (range: PageRange) => PromiseLike<readonly Position[]>][] = [
    ['by number', true, (range) => listTimeline(sql, quiet, viewer, range)],
    ['by cursor', false, (range) => listTimeline(sql, quiet, viewer, range)],
    // Whatever was found out before: the first way wherever it has a page.
    ['the newest first', false, (range) => recentFirst(viewer, range)],
  ]
  for (const [way, byNumber, find] of ways) {
    const said = await walk(size, byNumber, find)
    agree(`timeline of ${viewer}, ${size} a page, ${way}`, said, timeline)
  }
  const wall = await walk(size, nth % 2 === 0, (range) => listWall(sql, viewer, author, range))
  agree(`wall of ${author} for ${viewer}`, wall, oracle.wall(viewer, author))
}

async function askResponses(oracle: Oracle, viewer: number, post: Post) {
  const at = `of ${post.id} for ${viewer}`
  const likes = await listLikes(sql, viewer, post.id, whole)
  agree(
    `likes ${at}`,
    likes.map((row) => row.id),
    oracle.likes(viewer, post),
  )
  const comments = await listComments(sql, viewer, post.id, whole)
  const shown = comments.map((row) => ({ id: row.id, answers: row.reply_id }))
  agree(`comments ${at}`, shown, oracle.comments(viewer, post))
  const newest = oracle.comments(viewer, post).slice(-listedCommentsMax)
  const listed = await listSeenComments(
    sql,
    viewer,
    newest.map((each) => each.id),
  )
  const answers = listed.map((row) => ({ id: row.id, answers: row.reply_id }))
  agree(`newest comments ${at}`, answers, newest)
  const sees = oracle.sees(viewer, post)
  const author = await findAuthor(sql, viewer, post.id)
  agree(`author ${at}`, author, sees ? post.author : undefined)
  const standing = sees ? (oracle.mayComment(viewer, post) ? 'friend' : 'reader') : 'hidden'
  const held = await transacted(sql, (tx) => holdMoment(tx.sql, viewer, post.id))
  agree(`standing ${at}`, held, standing)
  for (const comment of oracle.world.comments.filter((each) => each.post === post.id).slice(0, 2)) {
    const one = await findComment(sql, viewer, comment.id)
    const right = oracle.comments(viewer, post).find((each) => each.id === comment.id)
    agree(
      `comment ${comment.id} for ${viewer}`,
      one && { id: one.id, answers: one.reply_id },
      right,
    )
  }
}

async function askListeners(oracle: Oracle, nth: number) {
  const { comments } = oracle.world
  const comment = comments[(nth * 13) % comments.length]
  if (!comment) return
  const post = oracle.post(comment.post)
  const answered = comments.find((each) => each.id === comment.answers)?.by ?? null
  const row = { moment_id: post.id, user_id: comment.by }
  const told = await listListeners(sql, row, answered, 500)
  const right = oracle.listeners(post, comment.by).map((id) => ({
    id,
    sees_reply: answered === null || oracle.seesResponseOf(id, answered, post),
  }))
  agree(
    `told of comment ${comment.id}`,
    told.toSorted((a, b) => a.id - b.id),
    right,
  )
}

test('many thousand questions, one answer', async () => {
  const sizes = fc.record({
    seed: fc.integer(),
    people: fc.integer({ min: 36, max: 40 }),
    posts: fc.integer({ min: 200, max: 220 }),
  })
  await fc.assert(
    fc.asyncProperty(sizes, async (size) => {
      const world = makeWorld(size, ++worlds * 10_000)
      await storeWorld(sql, world)
      // Plans follow the tables as they grow, not the moment at which a vacuum came by.
      await sql`analyze moments, moment_lists, moment_likes, moment_comments, friends, blocks, users`
      const oracle = new Oracle(world)
      const { people, posts } = world
      await Promise.all(people.map((viewer) => askMoments(oracle, viewer)))
      const each = people.map(async (viewer, nth) => {
        if (nth % 6 === worlds % 6) await askLists(oracle, viewer, nth)
        if (nth % 2 === worlds % 2) await askListeners(oracle, nth)
        await askResponses(oracle, viewer, posts[(nth * 5 + worlds) % posts.length] as Post)
      })
      await Promise.all(each)
    }),
    { numRuns: runs, verbose: true, endOnFailure: true },
  )
  expect(questions).toBeGreaterThan(questionsMin)
}, 180_000)
