// The holder process: opens sockets when told, as fast as the server takes them, and keeps them.
import { Link } from './link.ts'
import type { Held, HoldPlan } from './plan.ts'

const troubleMax = 5
const trouble: string[] = []
const ready = new Map<number, () => void>()
let plan: HoldPlan | undefined
let open = 0

function isReady(link: Link) {
  ready.get(link.place)?.()
  ready.delete(link.place)
}

const handlers = {
  text(link: Link) {
    if (plan?.hello) isReady(link)
  },
  upgraded(link: Link) {
    if (!plan?.hello) isReady(link)
  },
  closed(link: Link, why: string) {
    open--
    if (trouble.length < troubleMax) trouble.push(`socket ${link.place}: ${why}`)
    isReady(link)
  },
}

async function openOne(of: HoldPlan, place: number) {
  open++
  const link = new Link(place, handlers)
  const done = new Promise<void>((resolve) => ready.set(place, resolve))
  const seat = of.seats[place]!
  const hostname = of.hosts[place % of.hosts.length]!
  await link.connect({ hostname, port: of.port, ...seat }).catch((error: Error) => {
    link.close(error.message)
  })
  await done
}

async function openUpTo(of: HoldPlan, count: number): Promise<Held> {
  const start = performance.now()
  let next = open
  const lane = async () => {
    while (next < count && trouble.length === 0) await openOne(of, next++)
  }
  await Promise.all(Array.from({ length: of.concurrency }, lane))
  return { open, seconds: (performance.now() - start) / 1000, trouble }
}

for await (const line of console) {
  if (line.startsWith('{')) plan = JSON.parse(line) as HoldPlan
  else if (line === 'end' || !plan) break
  // Anything else is a number: that many sockets are wanted now.
  else console.log(JSON.stringify(await openUpTo(plan, Number(line))))
}
process.exit(0)
