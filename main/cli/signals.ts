/** Ctrl-C for commands that have work to finish. */
import { EXIT } from './io.ts'
import type { Io } from './io.ts'

/** Two signals within this time are one key press: the terminal sends it, and so does a parent that passes it on. */
const SAME_PRESS_MS = 400

/**
 * The first signal calls `stop`. A further Ctrl-C calls `leaving` and exits at once, which is safe: every commit is
 * in the database. Returns the function that stops listening.
 */
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
