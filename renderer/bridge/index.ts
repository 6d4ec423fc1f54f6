/**
 * The connection to the program: provided by whoever opened the page (Electron, a test), else a WebSocket to the
 * loopback server. See `Bridge` in shared/protocol/api.ts.
 */
import { shallowRef } from 'vue'
import type { Bridge, Events, RequestName, Requests } from '../../shared/protocol/api.ts'
import { SocketBridge, type ConnectionState } from './socket.ts'
import { Tokens } from './token.ts'

declare global {
  interface Window {
    studio?: Bridge
  }
}

/** The state of the connection. A bridge that was provided is always open. */
export const connection = shallowRef<ConnectionState>('open')

let tokens: Tokens | null = null
const bridge = window.studio ?? connect()

function connect(): Bridge {
  const own = (tokens = new Tokens(() => socket.connectNow()))
  const socket = new SocketBridge(
    () => own.current(),
    (state) => {
      connection.value = state
      own.connectionIs(state === 'open')
    },
  )
  return socket
}

/** Takes the token of an address opened in this tab. A provided bridge needs none. */
export function acceptToken(token: string): void {
  tokens?.accept(token)
}

/** An error that the program reported, with a code to tell errors apart. */
export class RequestError extends Error {
  override name = 'RequestError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

let nextId = 0

/** Sends a request. Aborting the signal cancels it at the program. Throws a RequestError, cancelled ones with the code `cancelled`. */
export async function ask<K extends RequestName>(
  name: K,
  args: Requests[K]['arguments'],
  { signal }: { signal?: AbortSignal } = {},
): Promise<Requests[K]['result']> {
  const id = nextId++
  const cancel = () => bridge.cancel?.(id)
  signal?.addEventListener('abort', cancel, { once: true })
  const reply = await bridge.call(name, args, id)
  signal?.removeEventListener('abort', cancel)
  if (!reply.ok) throw new RequestError(reply.error.code, reply.error.message)
  return reply.value as Requests[K]['result']
}

/** Listens to events of one kind. Returns the function that stops it. */
export function on<K extends keyof Events>(name: K, listener: (data: Events[K]) => void): () => void {
  return bridge.listen((message) => {
    // The name determines the type of the data, which TypeScript cannot see through a type parameter.
    if (message.name === name) listener(message.data as Events[K])
  })
}

/** The path of a file that was dropped or picked; null in a browser, which does not reveal it. */
export function pathOf(file: File): string | null {
  return bridge.pathOf?.(file) ?? null
}
