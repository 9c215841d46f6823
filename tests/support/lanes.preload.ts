// Loaded before an API process of a test: its lanes switch at random.
import { LocalSockets } from '../../src/features/messages/delivery/local-sockets.ts'
import { atRandom } from './lanes.ts'

const attach = LocalSockets.prototype.attach
LocalSockets.prototype.attach = function (sockets) {
  attach.call(this, sockets && atRandom(sockets))
}
