// Postgres goes away, comes back, falls silent or is slow: what was under way is unknown, the rest
// is refused in time and with a hint, and nothing has to be restarted.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { isDeep } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import { Site } from '../support/processes.ts'
import { Load } from './load.ts'

setDefaultTimeout(240_000)

let site: Site
beforeAll(async () => {
  site = await Site.start({ nodes: 2, workers: 1 })
})
afterAll(() => site[Symbol.asyncDispose]())

function expectHonest(load: Load): void {
  expect(new Set(load.refusals.map(({ code }) => code))).toEqual(new Set([5001]))
  expect(load.refusals.every(({ retryAfter }) => (retryAfter ?? 0) > 0)).toBe(true)
}

for (const how of ['kill -9', 'an immediate stop'] as const) {
  // The gentler of the two is skipped, and shown as skipped, in `npm test`.
  const skipped = how !== 'kill -9' && !isDeep
  test.skipIf(skipped)(`F9: ${how} of Postgres under load, and a start`, () =>
    site.under(async () => {
      await using load = await Load.begin(site)
      await load.more(200)
      await (how === 'kill -9' ? site.postgres.kill() : site.postgres[Symbol.asyncDispose]())
      await eventually(() => load.refusals.length >= 12, { what: 'refusals' })
      const token = load.talkers[0]?.person.token ?? ''
      const rest = await fetch(`${site.urls[0]}/api/v1/users/me`, {
        headers: { authorization: `Bearer ${token}` },
      })
      expect([rest.status, (await rest.json()).code]).toEqual([503, 5001])
      expect(Number(rest.headers.get('retry-after'))).toBeGreaterThan(0)
      const ready = await fetch(`${site.urls[0]}/readyz`)
      expect(ready.status).toBe(503)
      await site.postgres.restart()
      await load.allTalk(10_000)
      await load.more(200)
      await load.verdict(400)
      expectHonest(load)
      expect(load.closes).toEqual([])
    }),
  )
}

test('F9: backends terminated one by one under load', () =>
  site.under(async () => {
    await using load = await Load.begin(site)
    let ended = 0
    for (let round = 0; round < 4; round++) {
      await load.more(40)
      const rows = await site.sql<{ done: boolean }[]>`
        select pg_terminate_backend(pid) as done from pg_stat_activity
        where application_name = 'curlew writer' order by random() limit 1`
      ended += rows.filter(({ done }) => done).length
    }
    expect(ended).toBe(4)
    await load.allTalk()
    await load.verdict(160)
    if (load.refusals.length > 0) expectHonest(load)
    expect(load.closes).toEqual([])
  }))

for (const how of ['heals', 'never heals'] as const) {
  // The gentler of the two is skipped in `npm test`, and shown as skipped.
  test.skipIf(how === 'heals' && !isDeep)(
    `F12: a node is cut off from Postgres for longer than the deadlines; the line ${how}`,
    () =>
      site.under(async () => {
        await using load = await Load.begin(site, { pairs: 8 })
        await load.more(100)
        const link = site.node(0).links.postgres
        const held = link.withheld.up
        if (how === 'heals') link.hold()
        else link.strand()
        const token = load.talkers[0]?.person.token ?? ''
        const url = `${site.urls[0]}/api/v1/users/me`
        const headers = { authorization: `Bearer ${token}` }
        const asked = fetch(url, { headers, signal: AbortSignal.timeout(25_000) })
        // With the line healthy for new connections only what was under way is refused.
        const least = how === 'heals' ? 4 : 1
        await eventually(() => load.refusals.length >= least, { what: 'refusals', within: 25_000 })
        // REST answers in time too.
        if (how === 'heals') expect((await asked).status).toBe(503)
        else await asked
        expect(link.withheld.up).toBeGreaterThan(held)
        link.heal()
        await load.allTalk(20_000)
        const after = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) })
        expect(after.status).toBe(200)
        await load.more(100)
        await load.verdict(300)
        expectHonest(load)
        expect(load.closes).toEqual([])
      }),
  )
}
