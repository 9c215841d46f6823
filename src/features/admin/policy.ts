// Who may do what on the admin pages. What is not named here is refused to everybody.
import type { Role } from '../../core/actor.ts'

export type AdminRole = Exclude<Role, 'user'>
export type Right = 'look' | 'change'

export function adminRole(role: Role): AdminRole | null {
  return role === 'user' ? null : role
}

export function mayDo(role: AdminRole, right: Right): boolean {
  return right === 'look' || role === 'operator'
}

/** HEAD and OPTIONS are not reads: the pages need neither, so they get what writes get. */
export function rightFor(method: string): Right {
  return method === 'GET' ? 'look' : 'change'
}

export const boardPath = '/admin/queues'

/**
 * The routes of Bull Board that are open, and to whom. A route of a later version is closed until
 * it stands here. Left out on purpose: adding a job and changing its data (both would let an
 * operator speak in somebody's name), obliterating a queue, and a concurrency for all workers.
 */
export const boardRights: Readonly<Record<string, Right>> = {
  'get /api/redis/stats': 'look',
  'get /api/queues': 'look',
  'get /api/queues/:queueName/:jobId': 'look',
  'get /api/queues/:queueName/:jobId/logs': 'look',
  'get /api/queues/:queueName/:jobId/flow': 'look',
  'put /api/queues/pause': 'change',
  'put /api/queues/resume': 'change',
  'put /api/queues/:queueName/pause': 'change',
  'put /api/queues/:queueName/resume': 'change',
  'put /api/queues/:queueName/retry/:queueStatus': 'change',
  'put /api/queues/:queueName/promote': 'change',
  'put /api/queues/:queueName/clean/:queueStatus': 'change',
  'put /api/queues/:queueName/empty': 'change',
  'put /api/queues/:queueName/:jobId/retry': 'change',
  'put /api/queues/:queueName/:jobId/clean': 'change',
  'put /api/queues/:queueName/:jobId/promote': 'change',
}
