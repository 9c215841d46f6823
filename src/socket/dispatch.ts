// Frame → operation → answer. Catches everything: no frame can end the process.
import { newUuid } from '../core/ids.ts'
import { limits } from '../core/limits.ts'
import { allow } from '../features/allowance.ts'
import { ops } from '../features/all.ts'
import { decode, encodeAnswer, type Request } from '../protocol/codec.ts'
import { clientFrames, limitOf } from '../protocol/frames.ts'
import { spoken } from '../texts/texts.ts'
import type { Slot } from './answers.ts'
import type { Connection } from './connection.ts'

/** Handles one frame; a promise makes the socket's later frames wait. */
export function handle(connection: Connection, text: string): Promise<void> | undefined {
  const { answers } = connection
  if (answers.open >= limits.socket.answersMax) {
    return answers.until(limits.socket.answersMax).then(() => handle(connection, text))
  }
  const request = decode(text)
  const slot = answers.take()
  if ('refused' in request) {
    const { refused, details, id } = request
    answers.fill(slot, connection.door.refusal(refused, connection.locale, details, id))
    return undefined
  }
  if (request.type === 'ping') {
    answers.fill(slot, encodeAnswer('pong', {}, connection.door.seconds(), request.id))
    return undefined
  }
  return operate(connection, request, slot)
}

type AnyOp = (typeof ops)[keyof typeof ops]

function operate(connection: Connection, request: Request, slot: Slot): Promise<void> | undefined {
  const { answers, actor, door } = connection
  const op = ops[request.type as keyof typeof ops]
  const succeed = (data: unknown) => answers.fill(slot, ack(connection, request, data))
  const fail = (error: unknown) => answers.fill(slot, failure(connection, error, request))
  const data = request.data as never
  const begin = () => begun(connection, op, data, succeed, fail)
  const limit = limitOf(request.type)
  if (!limit) return begin()
  try {
    const counted = allow(door.ctx, limit, actor)
    return counted ? counted.then(begin, fail) : begin()
  } catch (error) {
    fail(error)
    return undefined
  }
}

/** A promise when later frames have to wait for more than this one's place in the order. */
function begun(
  { answers, actor, door, id }: Connection,
  op: AnyOp,
  data: never,
  succeed: (data: unknown) => void,
  fail: (error: unknown) => void,
): Promise<void> | undefined {
  if ('run' in op) {
    // What came before has its answer first: a read mark must find the message it is about.
    const before = answers.open > 1 ? answers.until(2) : Promise.resolve()
    return before.then(() => op.run(door.ctx, actor, data)).then(succeed, fail)
  }
  try {
    const started = op.begin(door.ctx, actor, data, id)
    if (!(started instanceof Promise)) {
      started.answer.then(succeed, fail)
      return undefined
    }
    return started.then((wrapped) => {
      wrapped.answer.then(succeed, fail)
    }, fail)
  } catch (error) {
    fail(error)
    return undefined
  }
}

/** A send is acknowledged even without an id: its socket gets no copy. */
function ack(connection: Connection, request: Request, data: unknown): string | null {
  if (request.id === undefined && request.type !== 'send_message') return null
  const frame = clientFrames[request.type]
  const said = spoken('answer' in frame ? frame.answer : undefined, data, connection.locale)
  return encodeAnswer('ack', said, connection.door.seconds(), request.id)
}

/** An unexpected error shows a trace id and nothing else; the log has the rest under it. */
function failure({ door, locale }: Connection, error: unknown, { id, type }: Request): string {
  const known = door.ctx.explain(error)
  if (known.reason !== 'internal')
    return door.refusal(known.reason, locale, known.details ?? {}, id)
  const traceId = newUuid()
  door.ctx.log.error({ err: known, traceId, frame: type }, 'a frame failed')
  return door.refusal(known.reason, locale, { trace_id: traceId }, id)
}
