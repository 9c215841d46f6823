// docs/reference/access.md: who may do what, from the rows of the laws, which tests play.
import { assert } from '../../src/core/assert.ts'
import { errors, type ErrorName } from '../../src/protocol/errors.ts'
import { operations } from '../../src/protocol/operations.ts'
import {
  askerNames,
  askers,
  bySocket,
  signedIn,
  type Access,
  type Asker,
  type Cell,
} from '../../tests/laws/rows/access.ts'
import { frameOf, operationNameOf, ways } from '../../tests/laws/rows/all.ts'
import { code, table } from './table.ts'

/** Refused alike, whatever is asked for: one column is enough for them. */
const sessionless = ['anonymous', 'ended', 'disabled'] as const satisfies readonly Asker[]
const others = askerNames.filter((asker) => !(sessionless as readonly Asker[]).includes(asker))

export function accessTables(): string {
  const bySection = Map.groupBy(ways, ([way]) =>
    frameOf(way) === undefined ? operations[operationNameOf(way)].tag : 'By socket',
  )
  const parts = [...bySection].map(([section, all]) => {
    const rows = all.map(([way, { access }]) => [
      nameOf(way),
      withoutSession(way, access),
      ...others.map((asker) => words(access[asker])),
    ])
    return `## ${section}\n\n${table(['Asked for', 'No session', ...others], rows)}`
  })
  return [intro(), table(['Who asks', 'Who that is'], Object.entries(askers)), ...parts].join(
    '\n\n',
  )
}

function intro(): string {
  const { anonymous, ended, disabled } = signedIn()
  return (
    'What is asked for is always a thing of the owner’s. "Yes": it is done; otherwise the error. ' +
    'What somebody may not see is not found. "No session" stands for anonymous ' +
    `(${numbered(anonymous)}), ended (${numbered(ended)}) and disabled (${numbered(disabled)}); ` +
    'no socket opens for any of them. `tests/laws/access.test.ts` asks all of it.'
  )
}

function nameOf(way: string): string {
  const [name = '', ...how] = (frameOf(way) ?? way).split(' ')
  return [code(name), ...how].join(' ')
}

function withoutSession(way: string, access: Access): string {
  const refused = frameOf(way) === undefined ? signedIn() : bySocket(signedIn())
  if (sessionless.every((asker) => access[asker] === 'ok')) return 'yes'
  // A row that treats them in another way needs columns for them here.
  assert(
    sessionless.every((asker) => access[asker] === refused[asker]),
    `${way} refuses who has no session as all do`,
  )
  return 'no'
}

/** The name of an error as words, and its code. */
function words(cell: Cell): string {
  if (cell === 'ok') return 'yes'
  if (cell === 'shut') return 'closed'
  return numbered(cell)
}

function numbered(cell: Cell): string {
  const name = cell as ErrorName
  return `${name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}, ${errors[name].code}`
}
