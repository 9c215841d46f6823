// Frame → operation → answer. Catches everything: no frame can end the process.
import type { Context } from '../context.ts'
import { unixSeconds } from '../core/clock.ts'
import { newUuid } from '../core/ids.ts'
import { limits } from './limits.ts'
import { limitRequest } from '../features/request-limit.ts'
import { ops } from '../features/all.ts'
import { decode, encodeAnswer, type Request } from '../protocol/codec.ts'
import { clientFrames, limitOf } from '../protocol/frames.ts'
import { spoken } from '../texts/texts.ts'
import type { Slot } from './answers.ts'
import type { Connection } from './connection.ts'
import { errorFrame } from './error-frame.ts'

/** Handles one frame; a promise makes the socket's later frames wait. */
export function dispatch(
  ctx: Context,
  connection: Connection,
  text: string,
): Promise<void> | undefined {
  const { answers } = connection
  if (answers.open >= limits.socket.answersMax) {
    return answers.until(limits.socket.answersMax).then(() => dispatch(ctx, connection, text))
  }
  const request = decode(text)
  const slot = answers.take()
  if ('refused' in request) {
    const { refused, details, id } = request
    const seconds = unixSeconds(ctx.clock)
    answers.fill(slot, errorFrame(refused, connection.locale, details, seconds, id))
    return undefined
  }
  if (request.type === 'ping') {
    answers.fill(slot, encodeAnswer('pong', {}, unixSeconds(ctx.clock), request.id))
    return undefined
  }
  return operate(ctx, connection, request, slot)
}

type AnyOp = (typeof ops)[keyof typeof ops]

function operate(
  ctx: Context,
  connection: Connection,
  request: Request,
  slot: Slot,
): Promise<void> | undefined {
  const { answers, actor } = connection
  const op = ops[request.type as keyof typeof ops]
  const succeed = (data: unknown) => answers.fill(slot, ack(ctx, connection, request, data))
  const fail = (error: unknown) => answers.fill(slot, failure(ctx, connection, error, request))
  const data = request.data as never
  const begin = () => begun(ctx, connection, op, data, succeed, fail)
  const limit = limitOf(request.type)
  if (!limit) return begin()
  try {
    const counted = limitRequest(ctx, limit, actor)
    return counted ? counted.then(begin, fail) : begin()
  } catch (error) {
    fail(error)
    return undefined
  }
}

/** A promise when later frames have to wait for more than this one's place in the order. */
function begun(
  ctx: Context,
  { answers, actor, id }: Connection,
  op: AnyOp,
  data: never,
  succeed: (data: unknown) => void,
  fail: (error: unknown) => void,
): Promise<void> | undefined {
  if ('run' in op) {
    // What came before has its answer first: a read mark must find the message it is about.
    const before = answers.open > 1 ? answers.until(2) : Promise.resolve()
    return before.then(() => op.run(ctx, actor, data, id)).then(succeed, fail)
  }
  try {
    const started = op.begin(ctx, actor, data, id)
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
function ack(ctx: Context, connection: Connection, request: Request, data: unknown): string | null {
  if (request.id === undefined && request.type !== 'send_message') return null
  const frame = clientFrames[request.type]
  const said = spoken('answer' in frame ? frame.answer : undefined, data, connection.locale)
  return encodeAnswer('ack', said, unixSeconds(ctx.clock), request.id)
}

/** An unexpected error shows a trace id and nothing else; the log has the rest under it. */
function failure(
  ctx: Context,
  { locale }: Connection,
  error: unknown,
  { id, type }: Request,
): string {
  const known = ctx.explain(error)
  const seconds = unixSeconds(ctx.clock)
  if (known.reason !== 'internal')
    return errorFrame(known.reason, locale, known.details ?? {}, seconds, id)
  const traceId = newUuid()
  ctx.log.error({ err: known, traceId, frame: type }, 'a frame failed')
  return errorFrame(known.reason, locale, { trace_id: traceId }, seconds, id)
}
