// Scripts and styles of the pages: read at first use, named by their content, so that browsers may
// keep them for good. Swagger UI comes from its package: the pages work without internet.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { docsPaths } from './addresses.ts'

const sources = {
  'page.css': new URL('assets/page.css', import.meta.url),
  'reading.css': new URL('assets/reading.css', import.meta.url),
  'viewer.css': new URL('assets/viewer.css', import.meta.url),
  'viewer.js': new URL('assets/viewer.js', import.meta.url),
  'swagger-ui.css': new URL(import.meta.resolve('swagger-ui-dist/swagger-ui.css')),
  'swagger-ui.js': new URL(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')),
}

export type AssetName = keyof typeof sources

export interface Asset {
  readonly name: AssetName
  readonly url: string
  readonly type: string
  readonly plain: Uint8Array<ArrayBuffer>
  readonly gzipped: Uint8Array<ArrayBuffer>
}

export class Assets {
  readonly #byUrl = new Map<string, Asset>()

  private constructor(private readonly all: Readonly<Record<AssetName, Asset>>) {
    for (const asset of Object.values(all)) this.#byUrl.set(asset.url, asset)
  }

  static async load(): Promise<Assets> {
    const names = Object.keys(sources) as AssetName[]
    const loaded = await Promise.all(names.map(loadAsset))
    const rows = loaded.map((asset) => [asset.name, asset])
    return new Assets(Object.fromEntries(rows) as Record<AssetName, Asset>)
  }

  urlOf(name: AssetName): string {
    return this.all[name].url
  }

  at(url: string): Asset | undefined {
    return this.#byUrl.get(url)
  }
}

async function loadAsset(name: AssetName): Promise<Asset> {
  const plain = new Uint8Array(await readFile(sources[name]))
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 16)
  const [stem, extension] = name.split('.')
  return {
    name,
    url: `${docsPaths.assets}/${stem}.${hash}.${extension}`,
    type: extension === 'css' ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
    plain,
    gzipped: new Uint8Array(await promisify(gzip)(plain)),
  }
}
