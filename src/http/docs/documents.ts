// Both documents as `bun run docs` wrote them: read at first use, and sent without the formatter's
// blanks, which are half of such a file.
import { readFile } from 'node:fs/promises'
import type { JsonObject } from './json.ts'

/** Where they stand in a checkout and in the image. */
export const files = {
  openapi: new URL('../../../docs/openapi.json', import.meta.url),
  asyncapi: new URL('../../../docs/asyncapi.json', import.meta.url),
}

export interface Documents {
  readonly asyncapi: JsonObject
  readonly openapiText: string
  readonly asyncapiText: string
}

export async function loadDocuments(): Promise<Documents> {
  const [openapi, asyncapi] = await Promise.all([read(files.openapi), read(files.asyncapi)])
  return {
    asyncapi,
    openapiText: JSON.stringify(openapi),
    asyncapiText: JSON.stringify(asyncapi),
  }
}

async function read(file: URL): Promise<JsonObject> {
  return JSON.parse(await readFile(file, 'utf8')) as JsonObject
}
