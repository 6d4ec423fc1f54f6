/** The end of a process's error stream: often the only explanation when a library crashes. */
import type { Readable } from 'node:stream'

const MAX_CHARS = 2000

/**
 * Reads the stream to its end, so that the process never blocks on a full pipe. Returns a function for the text so far.
 */
export function collectStderrTail(stream: NodeJS.ReadableStream | Readable | null): () => string {
  let text = ''
  stream?.on('data', (chunk: Buffer | string) => (text = (text + String(chunk)).slice(-MAX_CHARS)))
  return () => text.trim()
}
