// Leaves the addresses of the running installation where a shell finds them: the tour reads them.
import { rmSync, writeFileSync } from 'node:fs'

export type Addresses = { base: string; mails: string | undefined }

/** curl and Bun would ask a proxy even for this machine. */
const spared = 'export no_proxy="localhost,127.0.0.1,${no_proxy:-${NO_PROXY:-}}"'

export function writeAddresses(file: string, { base, mails = '' }: Addresses) {
  const lines = [
    '# Where the installation of this folder answers, while it runs.',
    `export BASE='${base}' API='${base}/api/v1' MAILS='${mails}'`,
    spared,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}
