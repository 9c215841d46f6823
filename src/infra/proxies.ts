// Remembers that a proxy nobody declared was seen, for the next start and for the doctor.
import type { Redis } from './redis.ts'

const seenKey = (prefix: string) => `${prefix}:proxy-seen`
const rememberedSeconds = 7 * 86_400

export async function rememberProxy(redis: Redis, prefix: string): Promise<void> {
  await redis.set(seenKey(prefix), '1', 'EX', rememberedSeconds)
}

/** Whether one was seen within a week; no when Redis does not say. */
export async function proxyWasSeen(redis: Redis, prefix: string): Promise<boolean> {
  return (await redis.exists(seenKey(prefix)).catch(() => 0)) > 0
}
