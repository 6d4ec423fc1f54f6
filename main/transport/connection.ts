/** One page's WebSocket: its requests in, their replies and all events out, no more of either than it can bear. */
import type { WebSocket } from 'ws'
import { fromJson, toJson } from '../../shared/util/json.ts'
import type { FromPage, ToPage } from '../../shared/protocol/wire.ts'
import type { Api } from '../api/dispatch.ts'

/** Requests under way of one page, and bytes it has yet to read: beyond either, its further requests wait. */
const MOST_PENDING = 64
const MUCH_UNREAD = 8 * 2 ** 20
/** A page that leaves as much unread has stopped reading. */
export const MOST_UNREAD = 32 * 2 ** 20

/** A page answers a beat once it has read what was sent before it, which a slow line takes its time for. */
const MOST_SILENT_BEATS = 4

/** Codes of RFC 6455. */
export const CLOSE = { goingAway: 1001, notText: 1003, badMessage: 1008, tooMany: 1013 } as const

export interface Connection {
  /** Sends a message as JSON text; a page that does not read is cut off. */
  send(text: string): void
  /** Called regularly: cuts off a page that has not been heard for long. */
  beat(): void
  /** Says good-bye; one that does not answer is cut off. */
  close(code: number, reason: string): void
}

const BEAT = textOf({ beat: true })

/** Serves the socket until it closes. */
export function connect(socket: WebSocket, api: Pick<Api, 'call'>): Connection {
  let pending = 0
  let silentBeats = 0

  function send(text: string, done: () => void = () => {}): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MOST_UNREAD) return socket.terminate()
    socket.send(text, done)
  }

  /** Reads on, or leaves further requests in the network until some are answered and read. */
  function regulate(): void {
    const full = pending >= MOST_PENDING || socket.bufferedAmount > MUCH_UNREAD
    if (full && !socket.isPaused) socket.pause()
    else if (!full && socket.isPaused) socket.resume()
  }

  async function answer({ id, name, args }: FromPage): Promise<void> {
    pending++
    regulate()
    const text = textOf({ id, reply: await api.call(name, args) }, id)
    pending--
    send(text, regulate)
    regulate()
  }

  socket.on('message', (data: Buffer, isBinary) => {
    silentBeats = 0
    if (isBinary) return close(CLOSE.notText, 'expected text')
    const request = requestIn(data.toString())
    if (typeof request === 'string') close(CLOSE.badMessage, request)
    else void answer(request)
  })
  socket.on('pong', () => {
    silentBeats = 0
  })
  // What is wrong with a frame, the library has told the client in closing.
  socket.on('error', () => {})

  function beat(): void {
    if (socket.readyState !== socket.OPEN) return
    // While it is we who do not read, its answers cannot be heard.
    if (!socket.isPaused && ++silentBeats > MOST_SILENT_BEATS) return socket.terminate()
    socket.ping()
    send(BEAT)
  }

  function close(code: number, reason: string): void {
    // What came before the close may still be in the making; nothing more is taken.
    socket.removeAllListeners('message')
    socket.close(code, reason)
    setTimeout(() => socket.terminate(), 2000).unref()
  }
  return { send, beat, close }
}

/** The request, or what is wrong with it. What is asked and with what, the dispatcher checks. */
function requestIn(text: string): FromPage | string {
  let message: unknown
  try {
    message = fromJson(text)
  } catch {
    return 'expected JSON'
  }
  if (message === null || typeof message !== 'object') return 'expected an object'
  const { id, name, args } = message as Partial<FromPage>
  if (!Number.isSafeInteger(id) || id! < 0) return 'expected an id, a whole number'
  if (typeof name !== 'string') return 'expected a name, a text'
  return { id: id!, name, args }
}

/** A message as text. A result that JSON cannot carry becomes an error of that request. */
export function textOf(message: ToPage, id = -1): string {
  try {
    return toJson(message)
  } catch (error) {
    return toJson({
      id,
      reply: {
        ok: false,
        error: { code: 'internal', message: `The answer cannot be sent: ${(error as Error).message}` },
      },
    })
  }
}
