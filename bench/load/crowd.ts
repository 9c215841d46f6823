// The crowd process: many sockets, some of which speak to many others. Every message is followed to the last
// socket that has to hear it.
import { KeyReader, Template } from './keys.ts'
import { Samples } from './ledger.ts'
import { clientFrame, Link } from './link.ts'
import type { CrowdLoad, CrowdOutcome, CrowdPlan } from './plan.ts'

const troubleMax = 5
/** Where the type begins in `{"type":"…`. */
const typeAt = 9
const drainMs = 15_000

interface Sent {
  readonly number: number
  readonly sender: number
  readonly due: number
  left: number
  acked: boolean
}

const lines = console[Symbol.asyncIterator]()
const plan = JSON.parse((await lines.next()).value as string) as CrowdPlan
const reader = new KeyReader(plan.mark)
const templates = plan.senders.map(({ frame }) => new Template(frame, plan.mark, clientFrame))
const links: Link[] = []
const sent: Sent[] = []
const trouble: string[] = []
const greetings = new Map<number, () => void>()
let load: CrowdLoad | undefined
let sending = false
let measuring = false
/** Messages under way. */
const open = new Set<number>()
let sample = ''
let wantsSample = false
let counts = { messages: 0, deliveries: 0, ack: new Samples(), toLast: new Samples() }

function complain(what: string) {
  if (trouble.length < troubleMax) trouble.push(what)
}

function send(sender: number, due: number) {
  const { place, hearers } = plan.senders[sender]!
  const number = sent.length
  sent.push({ number, sender, due, left: hearers, acked: false })
  open.add(number)
  links[place]!.send(templates[sender]!.fill(number))
}

function settle(of: Sent, now: number) {
  if (of.left > 0 || !of.acked) return
  open.delete(of.number)
  if (measuring) {
    counts.messages++
    counts.toLast.add(now - of.due)
  }
  if (sending && load?.depth) send(of.sender, now)
}

const handlers = {
  text(link: Link, bytes: Buffer, start: number, end: number) {
    const first = bytes[start + typeAt]
    // 'h': hello and heads.
    if (first === 104) {
      greetings.get(link.place)?.()
      greetings.delete(link.place)
      return
    }
    if (first === 101) return complain(bytes.toString('utf8', start, Math.min(end, start + 300)))
    const number = reader.read(bytes, start, end)
    const of = sent[number]
    if (!of) return
    const now = performance.now()
    // 'a': ack. Anything else that carries one of our UUIDs is the message itself.
    if (first === 97) {
      of.acked = true
      if (measuring) counts.ack.add(now - of.due)
    } else {
      if (wantsSample) sample = bytes.toString('utf8', start, end)
      wantsSample = false
      of.left--
      if (measuring) counts.deliveries++
      if (of.left < 0) complain(`message ${number} came once too often`)
    }
    settle(of, now)
  },
  upgraded() {},
  closed(link: Link, why: string) {
    complain(`socket ${link.place}: ${why}`)
    greetings.get(link.place)?.()
  },
}

async function connect(place: number) {
  const link = new Link(place, handlers)
  links[place] = link
  const greeted = new Promise<void>((resolve) => greetings.set(place, resolve))
  const hostname = plan.hosts[place % plan.hosts.length]!
  await link.connect({ hostname, port: plan.port, ...plan.seats[place]! })
  await greeted
}

async function connectAll() {
  let next = 0
  const lane = async () => {
    while (next < plan.seats.length && trouble.length === 0) await connect(next++)
  }
  await Promise.all(Array.from({ length: plan.concurrency }, lane))
}

function openLoop(rate: number) {
  const start = performance.now()
  let next = 0
  const tick = () => {
    if (!sending) return
    const now = performance.now()
    for (; start + (next * 1000) / rate <= now; next++) {
      send(next % plan.senders.length, start + (next * 1000) / rate)
    }
    setTimeout(tick, 1)
  }
  tick()
}

async function run(wanted: CrowdLoad): Promise<CrowdOutcome> {
  load = wanted
  sending = true
  wantsSample = true
  const first = sent.length
  counts = { messages: 0, deliveries: 0, ack: new Samples(), toLast: new Samples() }
  if (wanted.rate > 0) openLoop(wanted.rate)
  for (let turn = 0; turn < wanted.depth; turn++) {
    for (let sender = 0; sender < plan.senders.length; sender++) send(sender, performance.now())
  }
  await Bun.sleep(wanted.warmupMs)
  console.log('measure')
  measuring = true
  const start = performance.now()
  const before = process.cpuUsage()
  await Bun.sleep(wanted.measureMs)
  measuring = false
  const seconds = (performance.now() - start) / 1000
  const used = process.cpuUsage(before)
  console.log('drain')
  sending = false
  const end = performance.now() + drainMs
  while (open.size > 0 && performance.now() < end) await Bun.sleep(10)
  // A delivery too many would come late: look once more.
  await Bun.sleep(200)
  if (open.size > 0) complain(`${open.size} messages have not come to all`)
  return {
    sent: sent.length - first,
    messages: counts.messages / seconds,
    deliveries: counts.deliveries / seconds,
    seconds,
    ack: counts.ack.percentiles(),
    toLast: counts.toLast.percentiles(),
    cores: (used.user + used.system) / 1e6 / seconds,
    sample,
    trouble: [...trouble],
  }
}

await connectAll()
console.log(JSON.stringify({ trouble }))
for await (const line of lines) {
  if (line === 'end') break
  console.log(JSON.stringify(await run(JSON.parse(line) as CrowdLoad)))
}
process.exit(0)
