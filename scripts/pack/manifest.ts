// The `package.json` of the SDK's package.

interface Project {
  readonly version: string
  readonly license: string
  readonly engines: { readonly node: string }
}

export const packageName = 'curlew-client'

/** The version is the project's: an SDK and the server it was made with bear the same one. */
export function manifestOf({ version, license, engines }: Project) {
  return {
    name: packageName,
    version,
    description: 'Client of the instant-messaging back end Curlew, for browsers, Node and Bun',
    keywords: ['chat', 'im', 'instant-messaging', 'curlew', 'websocket'],
    license,
    type: 'module',
    sideEffects: false,
    engines: { node: engines.node },
    // For tools that know no `exports`; they find `curlew-client/protocol` by its file.
    main: './client/client.js',
    types: './client/client.d.ts',
    exports: {
      '.': { types: './client/client.d.ts', default: './client/client.js' },
      './protocol': { types: './protocol.d.ts', default: './protocol.js' },
      './push': { types: './push.d.ts', default: './push.js' },
      './push-worker': { types: './push-worker.d.ts', default: './push-worker.js' },
      './package.json': './package.json',
    },
  }
}
