/** The bridge to the loopback server: one WebSocket, opened again whenever it is lost. */
import type { Bridge, EventMessage, Reply } from '../../shared/protocol/api.ts'
import { fromJson, toJson } from '../../shared/util/json.ts'
import {
  BEAT_MS,
  PROTOCOL,
  SOCKET_PATH,
  TOKEN_PROTOCOL,
  type FromPage,
  type ToPage,
} from '../../shared/protocol/wire.ts'

/** refused: the studio answers but does not accept this page's token, or the page has none. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused'

/** Pauses between attempts; the last one repeats. */
const WAITS_MS = [250, 500, 1000, 2000, 4000, 8000]
/** How long a request waits for a connection. */
const PATIENCE_MS = 10_000
const SILENCE_MS = 4 * BEAT_MS
const REFUSED = 'This page isn’t authorised. Open the address that “sparse-sharing serve” printed.'

interface Pending {
  resolve(reply: Reply<unknown>): void
  /** Null once it is sent. */
  unsent: { text: string; timer: ReturnType<typeof setTimeout> } | null
}

export class SocketBridge implements Bridge {
  state: ConnectionState = 'connecting'
  private readonly token: () => Promise<string | null>
  private readonly onState: (state: ConnectionState) => void
  private socket: WebSocket | null = null
  private readonly pending = new Map<number, Pending>()
  private readonly listeners = new Set<(message: EventMessage) => void>()
  private nextId = 0
  /** The ids on the wire of requests under way that may be cancelled, by the caller's id. */
  private readonly cancellable = new Map<number, number>()
  private failures = 0
  private refusals = 0
  private lastMessageAt = 0
  /** Whether a request failed or an event may have been missed for want of a connection. */
  private missed = false
  private opening = false
  private retry: ReturnType<typeof setTimeout> | undefined

  /** `token` is called at every attempt. */
  constructor(token: () => Promise<string | null>, onState: (state: ConnectionState) => void) {
    this.token = token
    this.onState = onState
    // After a laptop slept or a tunnel broke, a dead connection still looks open.
    setInterval(() => this.dropIfSilent(), BEAT_MS)
    addEventListener('online', () => this.connectNow())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.connectNow())
    void this.open()
  }

  call(name: string, args: unknown, callerId?: number): Promise<Reply<unknown>> {
    if (this.state === 'refused') return Promise.resolve(failure('refused', REFUSED))
    const id = this.nextId++
    const text = toJson({ id, name, args } satisfies FromPage)
    return new Promise((settle) => {
      if (callerId !== undefined) this.cancellable.set(callerId, id)
      const resolve = (reply: Reply<unknown>) => {
        if (callerId !== undefined) this.cancellable.delete(callerId)
        settle(reply)
      }
      if (this.state === 'open') {
        this.pending.set(id, { resolve, unsent: null })
        this.socket!.send(text)
        return
      }
      const timer = setTimeout(() => {
        this.missed = true
        this.finish(id, failure('notConnected', 'There is no connection to the studio.'))
      }, PATIENCE_MS)
      this.pending.set(id, { resolve, unsent: { text, timer } })
    })
  }

  cancel(callerId: number): void {
    const id = this.cancellable.get(callerId)
    if (id === undefined) return
    // A request that was not sent yet is not sent at all.
    if (this.pending.get(id)?.unsent !== null) this.finish(id, failure('cancelled', 'The request was cancelled.'))
    else if (this.state === 'open') this.socket!.send(toJson({ cancel: id } satisfies FromPage))
  }

  listen(listener: (message: EventMessage) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** Tries at once instead of waiting: the network is back, the page is visible again, or there is a new token. */
  connectNow(): void {
    if (this.state === 'open') return this.dropIfSilent()
    if (this.socket !== null) return
    this.failures = this.refusals = 0
    void this.open()
  }

  private async open(): Promise<void> {
    clearTimeout(this.retry)
    if (this.opening) return
    this.opening = true
    const token = await this.token()
    this.opening = false
    if (token === null) return this.refuse()
    const socket = new WebSocket(`ws://${location.host}${SOCKET_PATH}`, [PROTOCOL, TOKEN_PROTOCOL + token])
    this.socket = socket
    socket.onopen = () => this.opened(socket)
    socket.onmessage = ({ data }) => this.receive(fromJson<ToPage>(data as string))
    socket.onclose = () => this.socket === socket && void this.closed()
  }

  private opened(socket: WebSocket): void {
    this.refusals = 0
    this.lastMessageAt = Date.now()
    this.setState('open')
    for (const entry of this.pending.values()) {
      if (entry.unsent === null) continue
      clearTimeout(entry.unsent.timer)
      socket.send(entry.unsent.text)
      entry.unsent = null
    }
    // Every view loads its data again.
    if (this.missed) this.notify({ name: 'changed', data: {} })
    this.missed = false
  }

  private receive(message: ToPage): void {
    this.lastMessageAt = Date.now()
    this.failures = 0
    if ('reply' in message) this.finish(message.id, message.reply)
    else if ('event' in message) this.notify(message.event)
  }

  private notify(message: EventMessage): void {
    for (const listener of this.listeners) listener(message)
  }

  private finish(id: number, reply: Reply<unknown>): void {
    const entry = this.pending.get(id)
    if (entry === undefined) return
    if (entry.unsent !== null) clearTimeout(entry.unsent.timer)
    this.pending.delete(id)
    entry.resolve(reply)
  }

  private async closed(): Promise<void> {
    const wasOpen = this.state === 'open'
    this.socket = null
    this.missed ||= wasOpen
    for (const [id, { unsent }] of this.pending) {
      if (unsent === null)
        this.finish(
          id,
          failure(
            'connectionLost',
            'The connection to the studio was lost before it answered; the request may or may not have been carried out.',
          ),
        )
    }
    this.setState('lost')
    // A browser does not say why a socket was refused. A studio that answers HTTP but closes the socket did not accept
    // the token, unless it has only just started: hence two refusals.
    if (!wasOpen && (await studioAnswers())) this.refusals++
    if (this.socket !== null) return
    if (this.refusals > 1) return this.refuse()
    this.retry = setTimeout(() => void this.open(), WAITS_MS[Math.min(this.failures++, WAITS_MS.length - 1)])
  }

  private refuse(): void {
    this.missed = true
    this.setState('refused')
    for (const id of [...this.pending.keys()]) this.finish(id, failure('refused', REFUSED))
  }

  private dropIfSilent(): void {
    if (this.state !== 'open' || Date.now() - this.lastMessageAt < SILENCE_MS) return
    const socket = this.socket!
    this.socket = null
    socket.close()
    void this.closed()
  }

  private setState(state: ConnectionState): void {
    this.state = state
    this.onState(state)
  }
}

async function studioAnswers(): Promise<boolean> {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(3000) })).ok
  } catch {
    return false
  }
}

function failure(code: string, message: string): Reply<never> {
  return { ok: false, error: { code, message } }
}
