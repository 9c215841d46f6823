// Loaded before an API process of a test: its lanes switch at random. With PATIENT=on frames wait for the
// one before them as long as it takes.
import { LocalSockets } from '../../src/features/messages/local-sockets.ts'
import { limits } from '../../src/socket/limits.ts'
import { atRandom } from './lanes.ts'

if (process.env['PATIENT'] === 'on') Object.assign(limits.order, { holdMs: 60_000 })

const attach = LocalSockets.prototype.attach
LocalSockets.prototype.attach = function (sockets) {
  attach.call(this, sockets && atRandom(sockets))
}
