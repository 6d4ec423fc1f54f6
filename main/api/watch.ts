/** Notices what other processes write: a run started on the command line moves in the window too. */
import type { Store } from '../store/types.ts'

const EVERY_MS = 1000

/** Calls back after other processes have written. A database that cannot be asked just now is asked again. */
export function watchStore(store: Store, changed: () => void): { stop(): void } {
  let seen = store.changes()
  const timer = setInterval(() => {
    try {
      const now = store.changes()
      if (now !== seen) changed()
      seen = now
    } catch {
      // What is wrong with it, the next request will say.
    }
  }, EVERY_MS)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
