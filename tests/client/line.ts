// An installation and a line to it that can be cut, for all tests of a file.
import { afterAll, beforeAll } from 'bun:test'
import { must } from '../../src/core/assert.ts'
import { eventually } from '../support/eventually.ts'
import { install, type Installation, type InstallationOptions } from '../support/installation.ts'
import { startProxy, type Proxy } from './proxy.ts'

export class Line {
  /** Of what is in the middle of a test: made before the first, gone after the last. */
  app!: Installation
  proxy!: Proxy

  constructor(options: InstallationOptions = {}) {
    beforeAll(async () => {
      this.app = await install(options)
      this.proxy = await startProxy(Number(new URL(this.app.url()).port))
    }, 120_000)
    afterAll(async () => {
      await this.proxy?.[Symbol.asyncDispose]()
      await this.app?.[Symbol.asyncDispose]()
    })
  }

  /** Nothing waits any more to be told, nor to be noted for those who ask. */
  async settles(): Promise<void> {
    const { sql } = must(this.app.nodes[0], 'an installation has a node').ctx
    await eventually(async () => (await sql`select 1 from outbox limit 1`).length === 0, {
      what: 'an empty outbox',
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.proxy.port}`
  }
}
