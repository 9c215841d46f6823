// Close codes of the socket and what a client does after each.

interface CloseRow {
  readonly code: number
  readonly reconnect: boolean
  readonly meaning: string
}

export const closes = {
  bye: { code: 1000, reconnect: false, meaning: 'Bye.' },
  /** Never sent: what a client reads when the line broke without a close frame. */
  broken: { code: 1006, reconnect: true, meaning: 'The connection broke.' },
  tooLarge: { code: 1009, reconnect: false, meaning: 'The frame is too large.' },
  restart: { code: 1012, reconnect: true, meaning: 'The node restarts; reconnect with jitter.' },
  busy: { code: 1013, reconnect: true, meaning: 'The node is busy; reconnect later.' },
  unauthenticated: { code: 4001, reconnect: false, meaning: 'Not authenticated.' },
  sessionEnded: { code: 4002, reconnect: false, meaning: 'The session ended.' },
  replaced: { code: 4003, reconnect: false, meaning: 'The same device connected again.' },
  protocolError: { code: 4004, reconnect: false, meaning: 'The frame breaks the protocol.' },
  tooSlow: { code: 4008, reconnect: true, meaning: 'Too slow; reconnect and sync.' },
  tooManyFrames: { code: 4009, reconnect: true, meaning: 'Too many frames; reconnect later.' },
  idle: { code: 4010, reconnect: true, meaning: 'Silent for too long.' },
} as const satisfies Record<string, CloseRow>

export type CloseName = keyof typeof closes

const reconnecting = new Set<number>(
  Object.values(closes)
    .filter((close) => close.reconnect)
    .map((close) => close.code),
)

/** Whether a client connects again after this code. Codes the server never sends: yes. */
export function reconnectsAfter(code: number): boolean {
  const ours = Object.values(closes).some((close) => close.code === code)
  return ours ? reconnecting.has(code) : code < 4000
}
