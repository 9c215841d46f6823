// An installation and a line to it that can be cut, for all tests of a file.
import { afterAll, beforeAll } from 'bun:test'
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

  get url(): string {
    return `http://127.0.0.1:${this.proxy.port}`
  }
}
