// Hints from a browser that the line may be back: online again, the page shown again.

interface Target {
  addEventListener?(type: string, listener: () => void): void
  removeEventListener?(type: string, listener: () => void): void
}

/** Calls `nudge` at each hint until the returned function is called. */
export function listenForHints(nudge: () => void): () => void {
  const scope = globalThis as Target & { document?: Target & { visibilityState?: string } }
  const page = scope.document
  const shown = () => {
    if (page?.visibilityState === 'visible') nudge()
  }
  scope.addEventListener?.('online', nudge)
  // Gone offline: the open socket is most likely dead, and a ping shows it early.
  scope.addEventListener?.('offline', nudge)
  page?.addEventListener?.('visibilitychange', shown)
  return () => {
    scope.removeEventListener?.('online', nudge)
    scope.removeEventListener?.('offline', nudge)
    page?.removeEventListener?.('visibilitychange', shown)
  }
}
