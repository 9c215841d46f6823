// A page with a conversation in it, as an application would draw it: bundled by the tests into a browser.
import { createElement, useState } from 'react'
import { createRoot } from 'react-dom/client'
import {
  ReplicaProvider,
  useConversations,
  useReplica,
  useStanding,
  useTimeline,
  useTyping,
} from '../../src/client/react/react.ts'
import { createReplica, IndexedDbStore, type Replica } from '../../src/client/replica/replica.ts'

const h = createElement

function Talk({ id }: { readonly id: number }) {
  const { messages, waiting } = useTimeline(id)
  const typing = useTyping(id)
  const replica = useReplica()
  const [words, setWords] = useState('')
  const say = () => {
    void replica.send({ conversation_id: id, content: words })
    setWords('')
  }
  const typed = (event: { currentTarget: { value: string } }) => setWords(event.currentTarget.value)
  return h(
    'section',
    {},
    ...messages.map(({ seq, content }) => h('p', { key: seq, className: 'said' }, content)),
    ...waiting.map(({ key, message }) => h('p', { key, className: 'waits' }, message.content)),
    ...waiting.flatMap(({ preview }) => (preview ? h('img', { key: preview, src: preview }) : [])),
    ...typing.map(({ user_id }) => h('i', { key: user_id }, user_id)),
    h('input', { value: words, onChange: typed }),
    h('button', { onClick: say }, 'Send'),
  )
}

function Page() {
  const { state, isLeading } = useStanding()
  const conversations = useConversations()
  const [first] = conversations
  return h(
    'main',
    { id: state, className: isLeading ? 'leads' : 'follows' },
    h('b', {}, String(conversations.length)),
    first ? h(Talk, { key: first.id, id: first.id }) : null,
  )
}

/** What a test holds of the page. */
export interface PageScope {
  begin(url: string, tokens: { token: string; refresh_token: string }): Promise<void>
  replica: Replica
  IndexedDbStore: typeof IndexedDbStore
}

const scope = globalThis as unknown as PageScope
scope.IndexedDbStore = IndexedDbStore
scope.begin = async (url, tokens) => {
  scope.replica = createReplica({
    url,
    tokens,
    store: new IndexedDbStore(),
    random: () => 0.05,
    replicaLimits: { soonMs: 5, laterMs: 20 },
  })
  await scope.replica.start()
  document.body.innerHTML = '<div></div>'
  const root = createRoot(document.body.firstElementChild as Element)
  root.render(h(ReplicaProvider, { replica: scope.replica }, h(Page)))
}
