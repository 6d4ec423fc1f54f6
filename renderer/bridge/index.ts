/** The way to the program: put there by whoever opened the page, else the loopback door's socket. See `Bridge` in shared/protocol/api.ts. */
import { shallowRef } from 'vue'
import type { Bridge, Events, RequestName, Requests } from '../../shared/protocol/api.ts'
import { SocketBridge, type LineState } from './socket.ts'
import { Tokens } from './token.ts'

declare global {
  interface Window {
    studio?: Bridge
  }
}

/** How the line to the program is. A bridge that was put there is always open. */
export const line = shallowRef<LineState>('open')

const bridge = window.studio ?? connect()

function connect(): Bridge {
  const tokens = new Tokens(() => socket.connectNow())
  const socket = new SocketBridge(
    () => tokens.current(),
    (state) => {
      line.value = state
      tokens.lineIs(state === 'open')
    },
  )
  return socket
}

/** What went wrong at the far end, with a code to tell errors apart. */
export class RequestError extends Error {
  override name = 'RequestError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** Throws a RequestError. */
export async function ask<K extends RequestName>(
  name: K,
  args: Requests[K]['arguments'],
): Promise<Requests[K]['result']> {
  const reply = await bridge.call(name, args)
  if (!reply.ok) throw new RequestError(reply.error.code, reply.error.message)
  return reply.value as Requests[K]['result']
}

/** Returns the function that ends it. */
export function on<K extends keyof Events>(name: K, listener: (data: Events[K]) => void): () => void {
  return bridge.listen((message) => {
    // The name says which data it is, which TypeScript cannot see through a type parameter.
    if (message.name === name) listener(message.data as Events[K])
  })
}

/** The path of a file that was dropped or picked; null where the browser keeps it to itself. */
export function pathOf(file: File): string | null {
  return bridge.pathOf?.(file) ?? null
}
