// Where a scene plays: who asks for what, and the owner's things made ready for it.
import type { Message } from '../../src/protocol/messages.ts'
import { eventually } from '../support/eventually.ts'
import { uploads } from '../support/files.ts'
import type { Installation } from '../support/installation.ts'
import { queueOf } from '../support/admin.ts'
import { password, request, type Person } from '../support/people.ts'
import { newName } from '../support/seat.ts'
import { blocks, seat, seatAgain, type Cast } from './cast.ts'
import type { Asker } from './rows/access.ts'

export type Input = Record<string, unknown>

export class Stage {
  /** Null for nobody. */
  #asker: Person | null
  readonly #role: Asker
  #isForAnybody = true

  constructor(
    readonly app: Installation,
    readonly cast: Cast,
    role: Asker = 'owner',
  ) {
    this.#role = role
    this.#asker = role === 'anonymous' ? null : cast[role]
  }

  get asker(): Person | null {
    this.#isForAnybody = false
    return this.#asker
  }

  get role(): Asker {
    this.#isForAnybody = false
    return this.#role
  }

  /** Whether nobody has wanted to know yet who asks. */
  get isForAnybody(): boolean {
    return this.#isForAnybody
  }

  get owner(): Person {
    return this.cast.owner
  }

  get conversation(): number {
    return this.cast.conversation
  }

  /** Whom an input names that has to name somebody: the owner, and for the owner somebody else. */
  async other(forOwner: () => Person | Promise<Person>): Promise<string> {
    return (this.role === 'owner' ? await forOwner() : this.owner).userId
  }

  newcomer(): Promise<Person> {
    return seat(this.app, 'newcomer')
  }

  async newFriend(): Promise<Person> {
    const person = await this.newcomer()
    await this.owner.befriends(person)
    return person
  }

  /** Somebody the owner has blocked. */
  async blockedPerson(): Promise<Person> {
    const person = await this.newcomer()
    await blocks(this.owner, person)
    return person
  }

  /** Everybody's. */
  get password(): string {
    return password
  }

  newUserId(): string {
    return newName('new')
  }

  newEmail(): string {
    return `${newName('mail')}@example.com`
  }

  /** What is put into this queue from now on stays there. */
  async holdMaintenance(): Promise<void> {
    await queueOf(this.app, 'maintenance').pause()
  }

  /** A code mailed to an address, asked for as anybody would. */
  async code(email: string, purpose?: 'register' | 'login' | 'reset'): Promise<string> {
    const body = purpose === undefined ? { email } : { email, purpose }
    await request(this.app.url(), 'POST', '/api/v1/users/send-code', { body })
    return eventually(() => this.app.codeFor(email), { what: `a code for ${email}` })
  }

  /** Something the owner said to the member. */
  message(content = 'hi', more: Input = {}): Promise<Message> {
    return this.owner.says(this.cast.member, content, more)
  }

  /** A file of the owner's: of words, for a picture is worked on for longer. */
  async file(): Promise<number> {
    return (await uploads(this.owner, 'a lake')).media_id
  }

  /** A group of the owner's with the member in it, and whatever else is asked for. */
  async group(settings: Input = {}): Promise<{ group_id: string; id: number }> {
    return this.owner.does('groups.create', {
      name: 'Herons',
      member_ids: [this.cast.member.userId],
      ...settings,
    })
  }

  async announcement(group_id: string): Promise<number> {
    return (await this.owner.does('groups.announce', { group_id, content: 'Bring towels.' })).id
  }

  /** A friend asks the owner into a group of their own. */
  async invitation(): Promise<number> {
    const friend = await this.newFriend()
    const { group_id } = await friend.does('groups.create', { name: 'Storks' })
    const invitee_user_id = this.owner.userId
    return (await friend.does('groups.invite', { group_id, invitee_user_id })).id
  }

  link(group_id: string): Promise<{ id: number; code?: string }> {
    return this.owner.does('groups.createLink', { group_id, max_uses: 100 })
  }

  /** Anybody may come into a group, and newcomers read everything. */
  async opens(group_id: string): Promise<void> {
    const settings = { is_public: true, history: 'all' } as const
    await this.owner.does('groups.update', { group_id, ...settings })
  }

  /** Somebody comes into a group, where newcomers read everything. */
  async lets(person: Person, group_id: string): Promise<void> {
    await this.opens(group_id)
    await person.does('groups.join', { group_id })
  }

  /** Something the owner said to a group. */
  async groupMessage(group_id: string, said: Input = {}): Promise<number> {
    const input = { group_id, message_type: 1, content: 'hi all', ...said }
    return (await this.owner.does('groups.send', input)).id
  }

  /** Something the owner said and keeps; the message’s id. */
  async favorite(): Promise<number> {
    const { id } = await this.message()
    await this.owner.does('favorites.add', { message_id: id })
    return id
  }

  /** Something the owner says to the member in a year or so; its id. */
  async scheduled(): Promise<number> {
    const { userId: to_user_id } = this.cast.member
    const input = { to_user_id, message_type: 1, content: 'later', send_at: this.someday }
    return (await this.owner.does('messages.schedule', input)).id
  }

  /** A time that no test lives to see. */
  get someday(): string {
    return new Date(Date.now() + 300 * 24 * 60 * 60_000).toISOString()
  }

  /** A newcomer's request that waits for the owner's answer. */
  async joinRequest(): Promise<number> {
    const { group_id } = await this.group({ is_public: true, join_approval: true })
    const joined = await (await this.newcomer()).does('groups.join', { group_id })
    return joined.request!.id
  }

  /** Something the owner posted, to friends if nothing else is said; its id. */
  async moment(visible = 1): Promise<number> {
    return (await this.owner.does('moments.create', { content: 'hi', visible })).id
  }

  /** Something the owner said below a moment. */
  async comment(id: number): Promise<number> {
    return (await this.owner.does('moments.comment', { id, content: 'hi' })).id
  }

  /** A friend likes a moment and says something there, and the owner answers. */
  async talk(id: number): Promise<void> {
    const { member } = this.cast
    await member.does('moments.like', { id })
    const { id: said } = await member.does('moments.comment', { id, content: 'hi' })
    await this.owner.does('moments.comment', { id, content: 'hi', reply_to_id: said })
  }

  /** A request that waits for the owner's answer. */
  async waitingRequest(): Promise<number> {
    const newcomer = await this.newcomer()
    const { id } = await newcomer.does('friends.sendRequest', { to_user_id: this.owner.userId })
    return id
  }

  /** Whoever asks does so by a session of its own, which the operation may then end. */
  async onNewSession(): Promise<void> {
    if (this.asker && this.#lives) this.#asker = await seatAgain(this.app, this.asker)
  }

  /** Whoever asks is a new person: for what changes the very account that asks. */
  async asNewPerson(): Promise<void> {
    if (this.asker && this.#lives) this.#asker = await this.newcomer()
  }

  get #lives(): boolean {
    return this.role !== 'ended' && this.role !== 'disabled'
  }

  /** One more session of the owner, on another device. */
  ownersOtherSession(): Promise<Person> {
    return seatAgain(this.app, this.owner)
  }
}
