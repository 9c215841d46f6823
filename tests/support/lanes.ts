// The lanes of a message switched at random: its own node hands it over, or leaves it to a worker, who
// is told at once or with many others.
import {
  localSockets,
  type NodeSockets,
} from '../../src/features/messages/delivery/local-sockets.ts'
import type { Installation } from './installation.ts'

const heads = () => Math.random() < 0.5

export function atRandom(sockets: NodeSockets): NodeSockets {
  return {
    nodeId: sockets.nodeId,
    get isAlone() {
      return sockets.isAlone && heads()
    },
    deliver: (envelope) => heads() && sockets.deliver(envelope),
    broadcast: (broadcast) => heads() && sockets.broadcast(broadcast),
    give: (...to) => sockets.give(...to),
    isHere: (...one) => sockets.isHere(...one),
    noteSent: (send) => sockets.noteSent(send),
  }
}

/** For the nodes of a test, which live in its process. */
export function switchLanes(app: Installation): void {
  for (const { ctx } of app.nodes) {
    const kept = ctx.of(localSockets)
    if (kept.attached) kept.attach(atRandom(kept.attached))
  }
}
