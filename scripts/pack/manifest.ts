// The `package.json` of the SDK's package.

interface Project {
  readonly version: string
  readonly license: string
  readonly engines: { readonly node: string }
  readonly peerDependencies: { readonly react: string }
}

export const packageName = 'curlew-client'

/** What may be imported beside the client itself, and the file of each below `src`. */
export const entries = {
  './push': 'client/push',
  './push-worker': 'client/push.worker',
  './replica': 'client/replica/replica',
  './sqlite': 'client/replica/sqlite.store',
  './react': 'client/react/react',
} as const

/** The version is the project's: an SDK and the server it was made with bear the same one. */
export function manifestOf({ version, license, engines, peerDependencies }: Project) {
  return {
    name: packageName,
    version,
    description: 'Client of the instant-messaging back end Curlew, for browsers, Node and Bun',
    keywords: ['chat', 'im', 'instant-messaging', 'curlew', 'websocket'],
    license,
    type: 'module',
    sideEffects: false,
    engines: { node: engines.node },
    // For `curlew-client/react` alone.
    peerDependencies,
    peerDependenciesMeta: { react: { optional: true } },
    // For tools that know no `exports`; they find `curlew-client/protocol` by its file.
    main: './client/client.js',
    types: './client/client.d.ts',
    exports: {
      '.': { types: './client/client.d.ts', default: './client/client.js' },
      ...Object.fromEntries(
        [...Object.keys(entries), './protocol'].map((name) => [
          name,
          { types: `${name}.d.ts`, default: `${name}.js` },
        ]),
      ),
      './package.json': './package.json',
    },
  }
}
