/** One page's WebSocket: requests in, replies and events out, with limits on both. */
import type { WebSocket } from 'ws'
import { fromJson, toJson } from '../../shared/util/json.ts'
import type { FromPage, PageRequest, ToPage } from '../../shared/protocol/wire.ts'
import type { Api } from '../api/dispatch.ts'

/** Requests under way, and bytes the page has yet to read: beyond either, its further requests wait. */
const MAX_PENDING = 64
const HIGH_WATER_BYTES = 8 * 2 ** 20
/** A page with more unread bytes has stopped reading. */
export const MAX_UNREAD_BYTES = 32 * 2 ** 20

/** A page answers a beat after reading what was sent before it, which takes time on a slow connection. */
const MAX_SILENT_BEATS = 4

/** Close codes of RFC 6455. */
export const CLOSE = { goingAway: 1001, notText: 1003, badMessage: 1008, tooMany: 1013 } as const

export interface Connection {
  /** Sends a message as JSON text. A page that does not read is disconnected. */
  send(text: string): void
  /** Call it regularly: disconnects a page that has been silent for long. */
  beat(): void
  /** Closes with a reason; a page that does not answer is disconnected. */
  close(code: number, reason: string): void
}

const BEAT = textOf({ beat: true })

/** Serves the socket until it closes. Then the requests under way are cancelled. */
export function connect(socket: WebSocket, api: Pick<Api, 'call'>): Connection {
  const pending = new Map<PageRequest, AbortController>()
  let silentBeats = 0

  function send(text: string, done: () => void = () => {}): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > MAX_UNREAD_BYTES) return socket.terminate()
    socket.send(text, done)
  }

  /** Reads further requests, or leaves them in the network until some are answered and read. */
  function regulate(): void {
    const full = pending.size >= MAX_PENDING || socket.bufferedAmount > HIGH_WATER_BYTES
    if (full && !socket.isPaused) socket.pause()
    else if (!full && socket.isPaused) socket.resume()
  }

  async function answer(request: PageRequest): Promise<void> {
    const { id, name, args } = request
    const controller = new AbortController()
    pending.set(request, controller)
    regulate()
    const text = textOf({ id, reply: await api.call(name, args, controller.signal) }, id)
    pending.delete(request)
    send(text, regulate)
    regulate()
  }

  function cancel(id: number): void {
    for (const [request, controller] of pending) if (request.id === id) controller.abort()
  }

  socket.on('message', (data: Buffer, isBinary) => {
    silentBeats = 0
    if (isBinary) return close(CLOSE.notText, 'expected text')
    const message = parse(data.toString())
    if (typeof message === 'string') close(CLOSE.badMessage, message)
    else if ('cancel' in message) cancel(message.cancel)
    else void answer(message)
  })
  socket.on('pong', () => {
    silentBeats = 0
  })
  // The library has reported a bad frame to the page by closing the socket.
  socket.on('error', () => {})
  socket.on('close', () => pending.forEach((controller) => controller.abort()))

  function beat(): void {
    if (socket.readyState !== socket.OPEN) return
    // A paused socket does not read pongs.
    if (!socket.isPaused && ++silentBeats > MAX_SILENT_BEATS) return socket.terminate()
    socket.ping()
    send(BEAT)
  }

  function close(code: number, reason: string): void {
    // Replies to earlier requests may still be sent; no further request is read.
    socket.removeAllListeners('message')
    socket.close(code, reason)
    setTimeout(() => socket.terminate(), 2000).unref()
  }
  return { send, beat, close }
}

/** The message, or what is wrong with it. The dispatcher checks the request itself. */
function parse(text: string): FromPage | string {
  let message: unknown
  try {
    message = fromJson(text)
  } catch {
    return 'expected JSON'
  }
  if (message === null || typeof message !== 'object') return 'expected an object'
  const { id, name, args, cancel } = message as Partial<PageRequest & { cancel: number }>
  if (cancel !== undefined) return Number.isSafeInteger(cancel) ? { cancel } : 'expected the id to cancel, an integer'
  if (!Number.isSafeInteger(id) || id! < 0) return 'expected an id, an integer from 0 on'
  if (typeof name !== 'string') return 'expected a name, a string'
  return { id: id!, name, args }
}

/** A message as text. A result that JSON cannot represent becomes an error of that request. */
export function textOf(message: ToPage, id = -1): string {
  try {
    return toJson(message)
  } catch (error) {
    const reason = `The answer cannot be sent: ${(error as Error).message}`
    return toJson({ id, reply: { ok: false, error: { code: 'internal', message: reason } } })
  }
}
