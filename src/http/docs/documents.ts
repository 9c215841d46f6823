// Both documents, built once per process and kept as text.
import { buildAsyncApi } from './asyncapi.ts'
import { buildOpenApi } from './openapi.ts'
import type { JsonObject } from './schema.ts'

export interface Documents {
  readonly openapi: JsonObject
  readonly asyncapi: JsonObject
  readonly openapiText: string
  readonly asyncapiText: string
}

let built: Documents | undefined

export function documents(): Documents {
  if (built) return built
  const openapi = buildOpenApi().document
  const asyncapi = buildAsyncApi().document
  built = {
    openapi,
    asyncapi,
    openapiText: JSON.stringify(openapi),
    asyncapiText: JSON.stringify(asyncapi),
  }
  return built
}
