// The generated parts of the READMEs, between markers.
import { basePath } from '../../src/http/docs/addresses.ts'
import type { Operation } from '../../src/protocol/operation.ts'
import { operations } from '../../src/protocol/operations.ts'
import { settingsTable } from './references.ts'
import { code } from './table.ts'

export function readmeBlocks(): Record<string, string> {
  return { settings: settingsTable(), operations: operationsAtAGlance() }
}

function operationsAtAGlance(): string {
  const byTag = Map.groupBy(Object.values<Operation>(operations), (each) => each.tag)
  // A list, for a table this wide is scrolled on a phone.
  const lines = [...byTag].map(([tag, all]) => {
    const paths = all.map(({ method, path }) => code(`${method} ${path}`))
    return `- **${tag}**: ${paths.join(' · ')}`
  })
  return [`Under \`${basePath}\`:`, '', ...lines].join('\n')
}

/** The file with what stands between its markers replaced. Blocks a file does not want stay out. */
export function withBlocks(file: string, blocks: ReadonlyMap<string, string>): string {
  const marked = /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- \/generated -->)/g
  return file.replaceAll(marked, (_all, open: string, name: string, close: string) => {
    const block = blocks.get(name)
    if (block === undefined) throw new Error(`A README asks for the unknown block "${name}".`)
    return `${open}\n${block}\n\n${close}`
  })
}
