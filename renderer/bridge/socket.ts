/** The bridge through the loopback door: one WebSocket, made anew whenever it is lost. */
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

/** refused: the studio is there, and does not take this page's token, or the page has none. */
export type LineState = 'connecting' | 'open' | 'lost' | 'refused'

/** Waits between attempts; the last one repeats. */
const WAITS_MS = [250, 500, 1000, 2000, 4000, 8000]
/** Requests made while there is no line wait this long for one. */
const PATIENCE_MS = 10_000
const SILENCE_MS = 4 * BEAT_MS
const REFUSED = 'This page may not talk to the studio. Open the address that “sparse-sharing serve” printed.'

interface Pending {
  resolve(reply: Reply<unknown>): void
  /** Null once it was sent. */
  unsent: { text: string; timer: ReturnType<typeof setTimeout> } | null
}

export class SocketBridge implements Bridge {
  state: LineState = 'connecting'
  private readonly token: () => Promise<string | null>
  private readonly onState: (state: LineState) => void
  private socket: WebSocket | null = null
  private readonly pending = new Map<number, Pending>()
  private readonly listeners = new Set<(message: EventMessage) => void>()
  private nextId = 0
  private failures = 0
  private refusals = 0
  private heardAt = 0
  /** Whether somebody asked or listened in vain. */
  private missed = false
  private opening = false
  private retry: ReturnType<typeof setTimeout> | undefined

  /** `token` is asked at every attempt. */
  constructor(token: () => Promise<string | null>, onState: (state: LineState) => void) {
    this.token = token
    this.onState = onState
    // A laptop that slept, or a tunnel that broke, leaves a line that looks open and is dead.
    setInterval(() => this.dropIfSilent(), BEAT_MS)
    addEventListener('online', () => this.connectNow())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.connectNow())
    void this.open()
  }

  call(name: string, args: unknown): Promise<Reply<unknown>> {
    if (this.state === 'refused') return Promise.resolve(failure('refused', REFUSED))
    const id = this.nextId++
    const text = toJson({ id, name, args } satisfies FromPage)
    return new Promise((resolve) => {
      if (this.state === 'open') {
        this.pending.set(id, { resolve, unsent: null })
        this.socket!.send(text)
        return
      }
      const timer = setTimeout(() => {
        this.missed = true
        this.settle(id, failure('notConnected', 'There is no connection to the studio.'))
      }, PATIENCE_MS)
      this.pending.set(id, { resolve, unsent: { text, timer } })
    })
  }

  listen(listener: (message: EventMessage) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** Tries at once, whatever the wait would be: the user asks, or there is a new token. */
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
    socket.onmessage = ({ data }) => this.hear(fromJson<ToPage>(data as string))
    socket.onclose = () => this.socket === socket && void this.closed()
  }

  private opened(socket: WebSocket): void {
    this.refusals = 0
    this.heardAt = Date.now()
    this.setState('open')
    for (const entry of this.pending.values()) {
      if (entry.unsent === null) continue
      clearTimeout(entry.unsent.timer)
      socket.send(entry.unsent.text)
      entry.unsent = null
    }
    // Everything is asked anew.
    if (this.missed) this.tell({ name: 'changed', data: {} })
    this.missed = false
  }

  private hear(message: ToPage): void {
    this.heardAt = Date.now()
    this.failures = 0
    if ('reply' in message) this.settle(message.id, message.reply)
    else if ('event' in message) this.tell(message.event)
  }

  private tell(message: EventMessage): void {
    for (const listener of this.listeners) listener(message)
  }

  private settle(id: number, reply: Reply<unknown>): void {
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
        this.settle(
          id,
          failure(
            'connectionLost',
            'The connection to the studio was lost before it answered; whether it did what it was asked is not known.',
          ),
        )
    }
    this.setState('lost')
    // A browser does not say why a socket was refused: a studio that answers otherwise did not take the token, unless it has only just come up.
    if (!wasOpen && (await studioAnswers())) this.refusals++
    if (this.socket !== null) return
    if (this.refusals > 1) return this.refuse()
    this.retry = setTimeout(() => void this.open(), WAITS_MS[Math.min(this.failures++, WAITS_MS.length - 1)])
  }

  private refuse(): void {
    this.missed = true
    this.setState('refused')
    for (const id of [...this.pending.keys()]) this.settle(id, failure('refused', REFUSED))
  }

  private dropIfSilent(): void {
    if (this.state !== 'open' || Date.now() - this.heardAt < SILENCE_MS) return
    const socket = this.socket!
    this.socket = null
    socket.close()
    void this.closed()
  }

  private setState(state: LineState): void {
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
