// Who keeps a picture of the account beside the client, and catches up in its stead.
import type { GroupConversation } from '../protocol/inbox.ts'
import type { DirectConversation, Message } from '../protocol/messages.ts'

export interface Follower {
  /** Somebody is signed in: the account as its tokens name it. */
  begun(account: string): void
  /** A socket was greeted: what the server's clock says, in Unix seconds. */
  greeted?(serverSeconds: number): void
  /** No more: by a logout, or because the session ended, or somebody else signed in. */
  ended(isLogout: boolean): void
  /**
   * Called once the socket hears, and whenever something seems to be missing. Tells each message that
   * was missed, in order, and answers all conversations. Undefined: the client looks for itself.
   */
  catchUp(
    heard: (message: Message) => void,
  ): Promise<readonly (DirectConversation | GroupConversation)[] | undefined>
}
