// The addresses the documents and their pages speak of. Written out here, so that they can be
// built without loading the doors; a test compares them with the doors' own.

export const basePath = '/api/v1'
export const socketPath = `${basePath}/messages/ws`

export const docsPaths = {
  page: '/docs',
  socketPage: '/docs/socket',
  openapi: '/docs/openapi.json',
  asyncapi: '/docs/asyncapi.json',
  assets: '/docs/assets',
} as const
