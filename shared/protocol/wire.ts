/** Messages on the WebSocket of the loopback server: one JSON text (shared/util/json.ts) each. */
import type { EventMessage, Reply } from './api.ts'

/**
 * The subprotocol. The page offers it together with the token: unlike an address, a header appears in no log and no
 * referrer.
 */
export const PROTOCOL = 'sparse-sharing.v1'
export const TOKEN_PROTOCOL = 'token.'
export const SOCKET_PATH = '/socket'

/** A request. The reply has the same id; replies may arrive in any order. */
export interface PageRequest {
  id: number
  name: string
  args: unknown
}

/**
 * `cancel`: the id of a request whose reply the page no longer needs. It is still replied to, with `cancelled` at best.
 */
export type FromPage = PageRequest | { cancel: number }

export type ToPage =
  | { id: number; reply: Reply<unknown> }
  | { event: EventMessage }
  /** Sent regularly, so that the page notices a dead connection: browsers do not expose WebSocket pings. */
  | { beat: true }

/** Longest time between two beats, in milliseconds. */
export const BEAT_MS = 15_000
