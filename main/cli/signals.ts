/** What Ctrl-C does to a command that has something to bring to an end. */
import { EXIT } from './io.ts'
import type { Io } from './io.ts'

/** Two signals within this time are one key press, heard twice: from the terminal and from a parent passing it on. */
const SAME_PRESS_MS = 400

/** The first signal stops, a further Ctrl-C leaves at once, after `leaving`: what counts is safe in the database. Returns the function that ends it. */
export function stopOnSignals(io: Io, stop: () => void, leaving: () => void = () => {}): () => void {
  let heardAt: number | null = null
  return io.onSignal((signal) => {
    const now = performance.now()
    if (heardAt === null) {
      heardAt = now
      stop()
    } else if (signal === 'SIGINT' && now - heardAt > SAME_PRESS_MS) {
      leaving()
      io.exit(EXIT.stopped)
    }
  })
}
