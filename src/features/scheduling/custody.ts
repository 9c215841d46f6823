// What somebody has scheduled: taken along and erased with their account, forgotten once it is settled.
import { pageOf, paged, type Custody, type ReadPage } from '../custody.ts'
import { limits } from './limits.ts'
import { deleteSettled, deleteSome, pageScheduled } from './store.ts'
import { stateName } from './view.ts'

const scheduled: ReadPage = async (sql, user, after, limit) =>
  pageOf(await pageScheduled(sql, user, after, limit), limit, (row) => ({
    id: row.id,
    conversation_id: row.conversation_id,
    message_type: row.message_type,
    content: row.content,
    media_url: row.media_url,
    reply_to_id: row.reply_to_id,
    send_at: row.send_at.toISOString(),
    state: stateName(row),
    error_code: row.error_code,
    created_at: row.created_at.toISOString(),
  }))

export const custody: Custody<'scheduled_messages'> = {
  erase: deleteSome,
  export: { scheduled_messages: paged(scheduled) },
  expire: [
    {
      what: 'scheduled messages',
      forget: (sql, now, rows) =>
        deleteSettled(sql, new Date(now.getTime() - limits.scheduled.keptMs), rows),
    },
  ],
}
