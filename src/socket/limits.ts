// Bounds of the socket, with their units.
import { bucket, type Bucket } from '../core/token-bucket.ts'

export const limits = {
  frame: {
    bytesMax: 64 * 1024,
  },

  socket: {
    /** Frames of one socket waiting to be handled; beyond it the socket closes with 4009. */
    laneFramesMax: 1_024,
    laneBytesMax: 1024 * 1024,
    /** Requests of one socket whose answers are outstanding; further frames wait in the lane. */
    answersMax: 256,
    /** Bytes the kernel has not taken; beyond it the socket closes with 4008. */
    outboundBytesMax: 1024 * 1024,
    /** Keep-alive: Bun closes a socket that has been silent this long; clients ping at half of it. */
    idleSeconds: 90,
    heartbeatSeconds: 30,
    perUserMax: 20,
    /** Sockets written to in one turn of the event loop, which others wait for. */
    writesPerTurn: 64,
    /** Frames that wait for a socket's turn; with so many it is written to at once. */
    laterFramesMax: 64,
    /** Frames a socket may send at once and per second after that. */
    framesBurst: 2_000,
    framesPerSecond: 500,
    /** Frames refused in a row for their rate before the socket closes with 4009. */
    refusedFramesMax: 100,
  },

  /** Sessions are looked at again this often, and more often while the relay is away. */
  recheck: {
    everyMs: 15_000,
    everyAloneMs: 1_000,
  },

  beacon: {
    intervalMs: 20_000,
  },

  /** Frames of a conversation leave in the order of their seq. */
  order: {
    /**
     * How long a frame may wait on its node for the one before it, which may come by a worker that
     * has much to do. Then the database is asked.
     */
    holdMs: 500,
    /** Frames of one conversation and person that may wait at once. */
    heldMax: 256,
    /** Positions, one per conversation and person, that a node remembers. */
    positionsMax: 100_000,
  },

  /** Conversations with many members, see socket/channels. */
  channel: {
    /** How long a frame waits for the one before it; then the database is asked, and so often. */
    holdMs: 500,
    /** Frames that wait for one; when more are missing, they are told to nobody. */
    heldMax: 2_048,
    /** After so many bytes it is looked which of its sockets are too slow for them. */
    lookEveryBytes: 256 * 1024,
  },
} as const

/** Sockets opened from one network place, counted by each node for itself, of so many places. */
export const placesMax = 100_000
export const upgrades: Bucket = bucket(1_000, 3_000)
