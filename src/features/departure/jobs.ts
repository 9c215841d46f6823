// Jobs of leaving; each waits once, however often it is added.
import type { BaseContext } from '../../context.ts'

export function enqueueErasure({ queues }: BaseContext, user: number): Promise<void> {
  return queues.add('maintenance', 'erase', { user }, { collapse: `erase-${user}` })
}

export function enqueueExport({ queues }: BaseContext, id: number): Promise<void> {
  return queues.add('maintenance', 'export', { export: id }, { collapse: `export-${id}` })
}
