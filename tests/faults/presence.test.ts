// Who is there while nodes die and while they are restarted one after the other, with processes.
import { afterAll, expect, setDefaultTimeout } from 'bun:test'
import { createReplica, MemoryStore, type Replica } from '../../src/client/replica/replica.ts'
import { startProxy } from '../client/proxy.ts'
import { deepTest } from '../support/deep.ts'
import { eventually } from '../support/eventually.ts'
import { Person } from '../support/people.ts'
import { Site } from '../support/processes.ts'
import type { Program } from '../support/program.ts'

setDefaultTimeout(240_000)

let site: Site | undefined
/** Only where somebody needs it. */
const theSite = async () => (site ??= await Site.start({ nodes: 2, workers: 1 }))
afterAll(() => site?.[Symbol.asyncDispose]())

const portOf = ({ url }: Program) => Number(new URL(url).port)

deepTest('nobody is online for more than 45 seconds after kill -9 of their node', async () => {
  const running = await theSite()
  await running.under(async () => {
    const [dies, lives] = [running.node(0), running.node(1)]
    const names = ['alice', 'bob', 'carol']
    const people = await Promise.all(names.map((name) => Person.signUp(lives.url, name)))
    const [alice, bob, carol] = people as [Person, Person, Person]
    const user_ids = [bob.userId, carol.userId]
    for (const friend of [bob, carol]) {
      await alice.befriends(friend)
      await friend.connects({ base: dies.url })
    }
    const first = await alice.connects({ base: lives.url, deviceId: 'first' })
    const isThere = async () => (await alice.does('presence.friends')).length === 2
    await eventually(isThere, { what: 'both are there' })
    await first.asks('watch_presence', { user_ids })
    // In the middle of a lease that was just begun or is nearly over: whichever it is.
    await dies.kill()
    const died = performance.now()
    for (const id of user_ids) {
      const isGone = (data: { user_id: string; online: boolean }) =>
        data.user_id === id && !data.online
      await first.hears('presence', isGone, { within: 50_000 })
    }
    // Whoever asks anew hears the same, though what the node has left behind may be cleared by now.
    const second = await alice.connects({ base: lives.url, deviceId: 'second' })
    const { data } = await second.asks('watch_presence', { user_ids })
    const asked = Object.values(data as Record<string, { online: boolean }>)
    expect(asked.map(({ online }) => online)).toEqual([false, false])
    expect(await alice.does('presence.friends')).toEqual([])
    expect(performance.now() - died).toBeLessThan(45_000)
  })
})

deepTest(
  'two nodes that are restarted one after the other let nobody seem to be away',
  async () => {
    const running = await theSite()
    await running.under(async () => {
      /** As a balancer has it: told before the node is. */
      const inService = [...running.nodes]
      let turn = 0
      await using balancer = await startProxy(() => portOf(inService[++turn % inService.length]!))
      const url = `http://127.0.0.1:${balancer.port}`
      const names = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay']
      const people = await Promise.all(
        names.map((name) => Person.signUp(running.node(0).url, name)),
      )
      for (const [at, one] of people.entries()) {
        for (const other of people.slice(at + 1)) await one.befriends(other)
      }
      const lines: string[] = []
      const away: string[] = []
      await using stack = new AsyncDisposableStack()
      const replicas = people.map((person, at): Replica => {
        const tokens = { token: person.token, refresh_token: person.refreshToken }
        const replica = createReplica({ url, tokens, store: new MemoryStore(), onError: () => {} })
        replica.client.on('state', ({ state }) => void lines.push(`${names[at]} ${state}`))
        return stack.use(replica)
      })
      await Promise.all(replicas.map((replica) => replica.start()))
      const isLive = () => replicas.every((each) => each.state().current.state === 'live')
      await eventually(isLive, { what: 'all are connected' })
      const others = people.map((one) =>
        people.filter((other) => other !== one).map(({ userId }) => userId),
      )
      replicas.forEach((replica, at) =>
        replica.presence(others[at]!).subscribe((seen) => {
          for (const [id, { online }] of seen) if (!online) away.push(`${names[at]} sees no ${id}`)
        }),
      )
      const seesAll = () =>
        replicas.every((replica, at) => replica.presence(others[at]!).current.size === 5)
      await eventually(seesAll, { what: 'each sees all others' })
      for (const node of running.nodes) {
        inService.splice(inService.indexOf(node), 1)
        node.signal('SIGTERM')
        await node.exited()
        await node.restart()
        inService.push(node)
      }
      await eventually(() => isLive() && seesAll(), { what: 'all are connected again' })
      // Whoever was missed is said to be away ten seconds later, and a look.
      await Bun.sleep(13_000)
      expect(lines.filter((line) => line.endsWith(' open')).length).toBeGreaterThanOrEqual(12)
      expect(away).toEqual([])
      expect(isLive() && seesAll()).toBe(true)
    })
  },
)
