/** The way to the program. Put there by whoever opened the page; see `Bridge` in shared/api.ts. */
import type { Bridge, Events, RequestName, Requests } from '../../shared/api.ts'

declare global {
  interface Window {
    studio?: Bridge
  }
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
export async function ask<K extends RequestName>(name: K, args: Requests[K]['arguments']): Promise<Requests[K]['result']> {
  const { studio } = window
  if (studio === undefined) throw new RequestError('noBridge', 'This page has no connection to the studio. Open it with the program.')
  const reply = await studio.call(name, args)
  if (!reply.ok) throw new RequestError(reply.error.code, reply.error.message)
  return reply.value as Requests[K]['result']
}

/** Returns the function that ends it. */
export function on<K extends keyof Events>(name: K, listener: (data: Events[K]) => void): () => void {
  return window.studio?.listen((message) => {
    // The name says which data it is, which TypeScript cannot see through a type parameter.
    if (message.name === name) listener(message.data as Events[K])
  }) ?? (() => {})
}
