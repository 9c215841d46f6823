// Close codes of the socket and what a client does after each. The words stand in src/texts.

interface CloseRow {
  readonly code: number
  readonly reconnect: boolean
}

export const closes = {
  bye: { code: 1000, reconnect: false },
  /** Never sent: what a client reads when the line broke without a close frame. */
  broken: { code: 1006, reconnect: true },
  tooLarge: { code: 1009, reconnect: false },
  restart: { code: 1012, reconnect: true },
  busy: { code: 1013, reconnect: true },
  unauthenticated: { code: 4001, reconnect: false },
  sessionEnded: { code: 4002, reconnect: false },
  replaced: { code: 4003, reconnect: false },
  protocolError: { code: 4004, reconnect: false },
  tooSlow: { code: 4008, reconnect: true },
  tooManyFrames: { code: 4009, reconnect: true },
  idle: { code: 4010, reconnect: true },
} as const satisfies Record<string, CloseRow>

export type CloseName = keyof typeof closes

/** Whether a client connects again after this code. Codes the server never sends: yes. */
export function reconnectsAfter(code: number): boolean {
  const ours = Object.values(closes).find((close) => close.code === code)
  return ours ? ours.reconnect : code < 4000
}
