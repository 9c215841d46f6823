// Nothing breaks: the same load and the same judge as under faults, and nothing out of order.
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { expectWithin, isDeep } from '../support/deep.ts'
import { Site } from '../support/processes.ts'
import { Load } from './load.ts'

setDefaultTimeout(240_000)

let site: Site
beforeAll(async () => {
  site = await Site.start({ nodes: 2, workers: 2 })
})
afterAll(() => site[Symbol.asyncDispose]())

for (const together of [false, true]) {
  const where = together ? 'on one node' : 'on two nodes'
  test(`pairs ${where} hear everything in order, live`, () =>
    site.under(async () => {
      await using load = await Load.begin(site, { paceMs: 10, together, holeMs: 8_000 })
      await load.more(2_000)
      const { late, caughtUpMs } = await load.verdict(2_000)
      expect(load.refusals).toEqual([])
      expect(load.closes).toEqual([])
      // By frames, not by the beacon, and each after the one before it: where both workers have a core.
      // Two jobs of one conversation overtake each other when a busy machine holds one up, and the client
      // sorts them.
      expectWithin(caughtUpMs, 7_000)
      if (!isDeep) return
      expect(late).toBe(0)
      expect(load.talkers.reduce((sum, talker) => sum + talker.holesFilled, 0)).toBe(0)
    }))
}
