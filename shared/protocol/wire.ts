/** What goes over the WebSocket of the loopback door: one JSON text (shared/util/json.ts) a message. */
import type { EventMessage, Reply } from './api.ts'

/** The subprotocol both ends speak. The page offers it, and beside it the token: a header is in no address, no log and no referrer. */
export const PROTOCOL = 'sparse-sharing.v1'
export const TOKEN_PROTOCOL = 'token.'
export const SOCKET_PATH = '/socket'

/** A request. The reply bears its id; replies come in any order. */
export interface FromPage {
  id: number
  name: string
  args: unknown
}

export type ToPage =
  | { id: number; reply: Reply<unknown> }
  | { event: EventMessage }
  /** Now and then, so that the page can tell silence from a dead line: a browser does not see pings. */
  | { beat: true }

/** At most this long between two beats. */
export const BEAT_MS = 15_000
