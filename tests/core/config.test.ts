// Settings as operators write them.
import { expect, test } from 'bun:test'
import { ConfigError, loadConfig } from '../../src/config.ts'

const secret = { JWT_SECRET: 'k8Jq2vX9mT4wZ7bN1cR6yH3fL0pD5sGa' }

test('a number that is set to nothing is not set', () => {
  const { port, trustedProxies } = loadConfig({ ...secret, PORT: '', TRUSTED_PROXIES: ' ' })
  expect({ port, trustedProxies }).toEqual({ port: 8080, trustedProxies: 0 })
  expect(loadConfig({ ...secret, PORT: '0' }).port).toBe(0)
  expect(() => loadConfig({ ...secret, PORT: 'http' })).toThrow('PORT must be a whole number')
})

const load = (name: string, value: string) => loadConfig({ ...secret, [name]: value })

function refuses(name: string, values: readonly string[], says: string) {
  for (const value of values) {
    const start = () => load(name, value)
    expect(start, value).toThrow(ConfigError)
    expect(start, value).toThrow(says)
  }
}

test('ports and counts are whole, times may be fractions', () => {
  for (const name of ['PORT', 'METRICS_PORT', 'TRUSTED_PROXIES']) {
    refuses(name, ['1.5', '-1', '1e9', 'one'], `${name} must be a whole number from`)
  }
  expect(() => loadConfig({ ...secret, SMTP_HOST: 'mail', SMTP_PORT: '25.5' })).toThrow(
    'SMTP_PORT must be a whole number from 1 to 65535.',
  )
  expect(load('JWT_EXPIRATION', '0.5').accessTokenSeconds).toBe(1_800)
  expect(load('ACCOUNT_GRACE_DAYS', '0.5').accountGraceMs).toBe(43_200_000)
})

test('origins are kept as browsers write them', () => {
  const listed =
    'HTTPS://App.Example/, http://localhost:3000,https://a.example:443 ,capacitor://app,'
  expect(load('ALLOWED_ORIGINS', listed).allowedOrigins).toEqual([
    'https://app.example',
    'http://localhost:3000',
    'https://a.example',
    'capacitor://app',
  ])
})

test('what is no origin is said, and never matches everybody or nobody in silence', () => {
  const wrong = ['*', 'app.example', 'localhost:3000', 'https://app.example/chat', 'null']
  for (const each of [...wrong, 'https://app.example?x', 'https://me@app.example']) {
    refuses('ALLOWED_ORIGINS', [`https://a.example,${each}`], `not "${each}".`)
  }
})

test('the public address is one that a browser opens', () => {
  expect(load('PUBLIC_URL', '').publicUrl).toBe('')
  expect(load('PUBLIC_URL', 'https://chat.example').publicUrl).toBe('https://chat.example')
  refuses('PUBLIC_URL', ['chat.example', 'localhost:8080', 'ftp://chat.example', '/'], 'PUBLIC_URL')
})

test('production is spelt as it must be, or there is no start', () => {
  refuses('NODE_ENV', ['prod', 'Production', 'staging'], 'NODE_ENV must be one of development,')
  expect(load('NODE_ENV', 'production').production).toBe(true)
  for (const each of ['development', 'test', ''])
    expect(load('NODE_ENV', each).production).toBe(false)
})

test('a hash may take more memory, and less only where nobody is', () => {
  expect(load('NODE_ENV', 'production').passwordHashKib).toBe(19_456)
  expect(load('PASSWORD_HASH_KIB', '65536').passwordHashKib).toBe(65_536)
  expect(load('PASSWORD_HASH_KIB', '64').passwordHashKib).toBe(64)
  const weak = { NODE_ENV: 'production', PASSWORD_HASH_KIB: '19455' }
  expect(() => loadConfig({ ...secret, ...weak })).toThrow('PASSWORD_HASH_KIB must be')
})

test('servers that no address leads to are named, and no password with them', () => {
  const wrong = ['postgres', 'postgres://curlew:hush@db:port/x', 'mysql://db/x', 'postgres://a b/x']
  refuses('DATABASE_URL', wrong, 'DATABASE_URL must be an address like postgres://')
  refuses('REDIS_URL', ['redis://:hush@cache:port', 'http://cache'], 'REDIS_URL must be')
  refuses('POSTGRES_PORT', ['port'], 'POSTGRES_HOST and POSTGRES_PORT must be')
  refuses('REDIS_HOST', ['a b'], 'REDIS_HOST and REDIS_PORT must be')
  expect(() => load('DATABASE_URL', 'postgres://curlew:hush@db:port/x')).not.toThrow('hush')
  for (const url of ['postgres://a:1,b:2/x', 'postgresql://u:p,@db/x', 'postgres:///x?host=/run']) {
    expect(load('DATABASE_URL', url).databaseUrl).toBe(url)
  }
  for (const url of ['rediss://u:p@cache:6379/1', 'cache:6379', '/run/redis.sock']) {
    expect(load('REDIS_URL', url).redisUrl).toBe(url)
  }
})
