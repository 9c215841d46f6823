// What the AsyncAPI document says in words: the rules of the socket and the ways to sign in.
import { limits as messagesLimits } from '../../../src/features/messages/limits.ts'
import type { JsonObject } from '../../../src/http/docs/json.ts'
import { basePath } from '../../../src/http/docs/addresses.ts'
import { closes, type CloseName } from '../../../src/protocol/closes.ts'
import { deviceIdPattern } from '../../../src/protocol/device.ts'
import { limits } from '../../../src/socket/limits.ts'
import { en } from '../../../src/texts/en.ts'

const kibibytes = limits.frame.bytesMax / 1024
const ticketSeconds = messagesLimits.ticket.lifeMs / 1000
const ticketRequest = `POST ${basePath}/messages/ws-ticket`
const { heartbeatSeconds, idleSeconds } = limits.socket

const closeTable = Object.entries(closes)
  .map(
    ([name, { code, reconnect }]) =>
      `| ${code} | ${en.closes[name as CloseName]} | ${reconnect ? 'yes' : 'no'} |`,
  )
  .join('\n')

export const socketDescription = `Live messages, and requests without the cost of HTTP.

- Frames are JSON text of ${kibibytes} KiB at most: \`{type, data, timestamp, id?}\`.
- A client frame with an \`id\` is a request. Its answer is one \`ack\` (for \`ping\` a \`pong\`) or one
  \`error\`, under the same \`id\`.
- Frames of one socket are handled in order, and their answers come in that order.
- The server speaks first: \`hello\`.
- Send \`ping\` every ${heartbeatSeconds} seconds; a socket silent for ${idleSeconds} closes.
- The socket that sent a message has its \`ack\` and gets no copy of it. What a session sent by REST
  comes to its own sockets as \`message_sent\`, to all others as \`message\`.
- One's own messages are never unread, and sending them makes nothing else read.
- Receivers drop a \`seq\` they have seen, and ask for the range when one is missing; \`heads\` tells.
- \`?device_id=\` names the device, by default its session; a second socket of a device closes the
  first with 4003. A name of another form than \`${deviceIdPattern.source}\` closes with 4004.
- Whatever closes with 1000 without \`kicked\` before it is a proxy: reconnect.
- The server refuses a foreign \`Origin\` unless it is listed in ALLOWED_ORIGINS.

This document is written from the server's side: it receives what clients send.

| Close code | Meaning | Reconnect |
|---|---|---|
${closeTable}
`

/** The first that is present counts. A bad one closes with 4001 after the upgrade. */
export const signInWays: JsonObject = {
  header: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'First: the `Authorization` header, where the client can set one.',
  },
  subprotocol: {
    type: 'httpApiKey',
    in: 'header',
    name: 'Sec-WebSocket-Protocol',
    description: 'Second, for browsers: `bearer, <token>`; the server answers `bearer`.',
  },
  ticket: {
    type: 'httpApiKey',
    in: 'query',
    name: 'ticket',
    description:
      `Third: \`?ticket=<ticket>\`, a one-use ticket of \`${ticketRequest}\`, good for ` +
      `${ticketSeconds} seconds: no token stands in an address that somebody may log.`,
  },
  token: {
    type: 'httpApiKey',
    in: 'query',
    name: 'token',
    description:
      'Last: `?token=<access token>`, where nothing else is possible: proxies on the way may log it.',
  },
}

export const socketBindings: JsonObject = {
  ws: {
    method: 'GET',
    query: {
      type: 'object',
      properties: {
        ticket: { type: 'string', description: 'One-use ticket.' },
        token: { type: 'string', description: 'Access token.' },
        device_id: {
          type: 'string',
          pattern: deviceIdPattern.source,
          description:
            'Names the device; by default the one of the session. A name of another form closes the ' +
            'socket with 4004.',
        },
      },
    },
    headers: {
      type: 'object',
      properties: {
        Authorization: { type: 'string', description: '`Bearer <token>`.' },
        'Sec-WebSocket-Protocol': { type: 'string', description: '`bearer, <token>`.' },
      },
    },
    bindingVersion: '0.1.0',
  },
}
