// The generator process: one round of closed or open load, every message accounted for.
import { KeyReader, Template } from './keys.ts'
import { Ledger } from './ledger.ts'
import { clientFrame, Link } from './link.ts'
import type { Outcome, Pair, Plan } from './plan.ts'
import { RestSender } from './rest.ts'

const connectsAtOnce = 50
const troubleMax = 5
/** Where the type begins in `{"type":"…`. */
const typeAt = 9

const plan = (await Bun.stdin.json()) as Plan
const ledger = new Ledger()
const reader = new KeyReader(plan.mark)
const byRest = plan.door === 'rest'
const templates = plan.pairs.map(({ frame, frames = [frame], request = '' }) =>
  byRest
    ? [new Template(request, plan.mark, (payload) => payload)]
    : frames.map((each) => new Template(each, plan.mark, clientFrame)),
)
const senders: { send(bytes: Buffer, number: number): void }[] = []
/** Which pair sent which message. */
let pairOf = new Uint16Array(65_536)
const trouble: string[] = []
let sending = false
let leaving = false
let hellos = 0
let greeted = () => {}

function complain(what: string) {
  if (trouble.length < troubleMax) trouble.push(what)
}

function send(pair: number, due: number, now: number) {
  if (ledger.sent >= plan.messagesMax) return
  const number = ledger.begin(due, now)
  if (number === pairOf.length) {
    const wider = new Uint16Array(pairOf.length * 2)
    wider.set(pairOf)
    pairOf = wider
  }
  pairOf[number] = pair
  const said = templates[pair]!
  senders[pair]!.send(said[number % said.length]!.fill(number), number)
}

function again(number: number, now: number) {
  if (sending && plan.rate === 0) send(pairOf[number]!, now, now)
}

const handlers = {
  text(_link: Link, bytes: Buffer, start: number, end: number) {
    const first = bytes[start + typeAt]
    // 'h': hello and heads.
    if (first === 104) {
      if (bytes[start + typeAt + 2] === 108) {
        hellos++
        greeted()
      }
      return
    }
    const now = performance.now()
    // 'e': error.
    if (first === 101) return refused(bytes, start, end, now)
    const number = reader.read(bytes, start, end)
    if (number < 0) return
    // 'a': ack. Anything else that carries one of our UUIDs is the message itself.
    const news = first === 97 ? ledger.ackedAt(number, now) : ledger.deliveredAt(number, now)
    if (news && ledger.settled(number)) again(number, now)
  },
  upgraded() {},
  closed(link: Link, why: string) {
    if (!leaving) complain(`socket ${link.place}: ${why}`)
    greeted()
  },
}

const answers = {
  answered(number: number, status: number, body: Buffer) {
    const now = performance.now()
    if (status !== 200) {
      complain(body.toString('utf8', 0, 300))
      return later(number, now)
    }
    if (ledger.ackedAt(number, now) && ledger.settled(number)) again(number, now)
  },
  closed(why: string) {
    if (!leaving) complain(why)
  },
}

/** The pair goes on, but not at once: a busy server asked for patience. */
function refused(bytes: Buffer, start: number, end: number, now: number) {
  complain(bytes.toString('utf8', start, Math.min(end, start + 300)))
  const number = reader.read(bytes, start, end)
  if (number >= 0) later(number, now)
}

function later(number: number, now: number) {
  if (ledger.refuse(number)) setTimeout(() => again(number, now), 50)
}

/** Opens a device and waits until it has been greeted. */
async function connect(seat: Pair['sender'], place: number): Promise<Link> {
  const link = new Link(place, handlers)
  await link.connect({ hostname: '127.0.0.1', port: plan.port, ...seat })
  return link
}

async function connectAll() {
  const seats = plan.pairs.flatMap(({ sender, receiver }) =>
    byRest ? [receiver] : [sender, receiver],
  )
  for (let from = 0; from < seats.length; from += connectsAtOnce) {
    const some = seats.slice(from, from + connectsAtOnce)
    const links = await Promise.all(some.map((seat, place) => connect(seat, from + place)))
    if (!byRest) for (const link of links) if (link.place % 2 === 0) senders.push(link)
    await allGreeted(from + some.length)
  }
  if (byRest) await Promise.all(plan.pairs.map(connectSender))
}

async function connectSender(_: Pair, place: number) {
  const sender = new RestSender(answers)
  await sender.connect({ hostname: '127.0.0.1', port: plan.port }, plan.depth)
  senders[place] = sender
}

async function allGreeted(count: number) {
  await new Promise<void>((resolve) => {
    greeted = () => {
      if (hellos >= count || trouble.length > 0) resolve()
    }
    greeted()
  })
  if (trouble.length > 0) throw new Error(trouble.join('; '))
}

/** Sends what is due, at the pace that was asked for, however late the loop comes to it. */
function openLoop(start: number) {
  const spacing = 1000 / plan.rate
  let next = 0
  const tick = () => {
    if (!sending) return
    const now = performance.now()
    for (; start + next * spacing <= now; next++) {
      send(next % senders.length, start + next * spacing, now)
    }
    setTimeout(tick, 1)
  }
  tick()
}

async function window(): Promise<{ seconds: number; cores: number; outstanding: number[] }> {
  const outstanding: number[] = []
  const start = performance.now()
  const before = process.cpuUsage()
  ledger.measuring = true
  const end = start + plan.measureMs
  let tick = start
  while (tick < end && trouble.length < troubleMax && ledger.sent < plan.messagesMax) {
    tick += 100
    await Bun.sleep(Math.max(0, Math.min(tick, end) - performance.now()))
    outstanding.push(ledger.outstanding)
    perSecond.push(ledger.delivered)
  }
  ledger.measuring = false
  const seconds = (performance.now() - start) / 1000
  const used = process.cpuUsage(before)
  return { seconds, cores: (used.user + used.system) / 1e6 / seconds, outstanding }
}

const perSecond: number[] = []

/** Deliveries of each whole second, from counts taken each tenth. */
function eachSecond(): number[] {
  const seconds: number[] = []
  for (let at = 10; at < perSecond.length; at += 10) {
    seconds.push(perSecond[at]! - perSecond[at - 10]!)
  }
  return seconds
}

async function drain() {
  const end = performance.now() + plan.drainMs
  while (!ledger.quiet && performance.now() < end) await Bun.sleep(10)
  // A delivery too many would come late: look once more.
  await Bun.sleep(200)
}

await connectAll()
console.log('connected')
sending = true
const start = performance.now()
if (plan.rate > 0) openLoop(start)
else {
  for (let turn = 0; turn < plan.depth; turn++) {
    for (let pair = 0; pair < senders.length; pair++) send(pair, performance.now(), start)
  }
}
await Bun.sleep(plan.warmupMs)
console.log('measure')
const measured = await window()
console.log('drain')
sending = false
await drain()
const outcome: Outcome = {
  sent: ledger.sent,
  acked: ledger.acked,
  refused: ledger.refused,
  delivered: ledger.delivered,
  repeated: ledger.repeated,
  seconds: measured.seconds,
  rate: ledger.deliveredInWindow / measured.seconds,
  ack: ledger.ack.percentiles(),
  delivery: ledger.delivery.percentiles(),
  lateness: ledger.lateness.percentiles(),
  cores: measured.cores,
  outstanding: measured.outstanding,
  perSecond: eachSecond(),
  trouble,
}
leaving = true
console.log(JSON.stringify(outcome))
process.exit(0)
