// Reads a CPU profile: which functions the time of a process went to, themselves alone.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { short } from './numbers.ts'
import { table } from './table.ts'

interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly children?: readonly number[]
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
    }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

const rowsMax = 20
/** Samples are a millisecond apart; a longer gap was sleep, not work of the function after it. */
const gapMicrosMax = 1_500
/** Where a process waits. */
const idle = /^\((idle|program|root)\)$/

/** The newest profile of a folder as a table; functions by self time. */
export async function printProfile(folder: string): Promise<string> {
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith('.cpuprofile'))
    .toSorted()
    .at(-1)
  if (!newest) return `no profile in ${folder}`
  const profile = (await Bun.file(join(folder, newest)).json()) as CpuProfile
  const names = namesOf(profile)
  const spent = new Map<string, number>()
  let busy = 0
  for (const [place, id] of profile.samples.entries()) {
    const name = names.get(id) ?? '?'
    if (idle.test(name)) continue
    const micros = Math.min(profile.timeDeltas[place] ?? 0, gapMicrosMax)
    busy += micros
    spent.set(name, (spent.get(name) ?? 0) + micros)
  }
  const rows = [...spent].toSorted((left, right) => right[1] - left[1]).slice(0, rowsMax)
  return table(
    ['function', 'self ms', '%'],
    rows.map(([name, micros]) => [name, short(micros / 1000), short((100 * micros) / busy)]),
  )
}

type Node = CpuProfile['nodes'][number]

function namesOf(profile: CpuProfile): Map<number, string> {
  const parents = new Map<number, Node>()
  for (const node of profile.nodes) {
    for (const child of node.children ?? []) parents.set(child, node)
  }
  return new Map(profile.nodes.map((node) => [node.id, nameOf(node, parents)]))
}

/** What is built in has no file: it is named with the first caller that has one. */
function nameOf(node: Node, parents: ReadonlyMap<number, Node>): string {
  const name = node.callFrame.functionName || '(anonymous)'
  if (node.callFrame.url) return `${name} ${placeOf(node)}`
  let caller = parents.get(node.id)
  while (caller && !caller.callFrame.url) caller = parents.get(caller.id)
  return caller ? `${name} ← ${caller.callFrame.functionName} ${placeOf(caller)}` : name
}

function placeOf({ callFrame }: Node): string {
  return `${callFrame.url.split('/').slice(-2).join('/')}:${callFrame.lineNumber + 1}`
}
