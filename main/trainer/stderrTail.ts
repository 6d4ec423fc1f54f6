/** What a process said last on its error stream: of a library that fails, often all there is to know. */
import type { Readable } from 'node:stream'

const MOST = 2000

/** Reads the stream to its end, so that the process never waits for a reader. Null: there is none. */
export function keepLast(stream: NodeJS.ReadableStream | Readable | null): () => string {
  let text = ''
  stream?.on('data', (chunk: Buffer | string) => (text = (text + String(chunk)).slice(-MOST)))
  return () => text.trim()
}
