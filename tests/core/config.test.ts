// Settings as operators write them.
import { expect, test } from 'bun:test'
import { loadConfig } from '../../src/config.ts'

const secret = { JWT_SECRET: 'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5sGa' }

test('a number that is set to nothing is not set', () => {
  const { port, trustedProxies } = loadConfig({ ...secret, PORT: '', TRUSTED_PROXIES: ' ' })
  expect({ port, trustedProxies }).toEqual({ port: 8080, trustedProxies: 0 })
  expect(loadConfig({ ...secret, PORT: '0' }).port).toBe(0)
  expect(() => loadConfig({ ...secret, PORT: 'http' })).toThrow('PORT must be a number')
})
