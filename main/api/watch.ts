/**
 * Notices what other processes write: a run started on the command line moves in the window too, and so does one that a
 * process of our own trains. The latter's steps and epochs are told as they happen; a page that read the database anew for each of
 * its commits would do little else. So while one trains here, `changed` comes every few seconds, and at once where pages and lists
 * look different afterwards: a training begins or ends, a subnet is chosen, a run changes its status.
 */
import type { EventMessage } from '../../shared/protocol/api.ts'
import type { Store } from '../store/types.ts'

const EVERY_MS = 1000
const CALM_MS = 5000

export interface Watch {
  /** Hears what is told to the windows. */
  hear(message: EventMessage): void
  stop(): void
}

/** Calls back after other processes have written, at most once a second. A database that cannot be asked just now is asked again. */
export function watchStore(store: Store, changed: () => void): Watch {
  let seen = store.changes()
  let pending = false
  let hurry = false
  let trains = false
  let toldAt = performance.now() - CALM_MS
  const look = () => {
    try {
      const now = store.changes()
      pending ||= now !== seen
      seen = now
    } catch {
      // What is wrong with it, the next request will say.
    }
    if (!pending || (trains && !hurry && performance.now() - toldAt < CALM_MS)) return
    pending = hurry = false
    toldAt = performance.now()
    changed()
  }
  const timer = setInterval(look, EVERY_MS).unref()
  return {
    hear(message) {
      if (message.name === 'active') trains = message.data.some(({ state }) => state !== 'queued')
      if (message.name === 'run') hurry ||= !TOLD_IN_FULL.includes(message.data.event.type)
    },
    stop: () => clearInterval(timer),
  }
}

/** Events that say all there is to know: nothing need be read for them. */
const TOLD_IN_FULL = ['steps', 'epoch', 'warning', 'stage']
