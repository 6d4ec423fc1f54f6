/**
 * Notices what other processes write to the database: a run started on the command line, or one that our own training
 * process trains. Steps and epochs of the latter arrive as events already, and a page that re-read the database after
 * each of its commits would do little else. So while a run trains here, `changed` is sent every few seconds only, and
 * at once when lists look different afterwards: a training starts or ends, a subnet is chosen, a status changes.
 */
import type { EventMessage } from '../../shared/protocol/api.ts'
import { repeat, type Disposable } from '../../shared/util/disposable.ts'
import type { Store } from '../store/types.ts'

const POLL_MS = 1000
/** Milliseconds between two notifications while a run trains. */
const TRAINING_MS = 5000

export interface Watch extends Disposable {
  /** Takes note of an event that is sent to the windows. */
  observe(message: EventMessage): void
}

/**
 * Calls `changed` after other processes have written, at most once per second. An unreadable database is polled again.
 */
export function watchStore(store: Store, changed: () => void): Watch {
  let seen = versionOf(store)
  let pending = false
  let urgent = false
  let training = false
  let notifiedAt = performance.now() - TRAINING_MS
  const poll = () => {
    const now = versionOf(store)
    // Null: the next request reports what is wrong with the database.
    pending ||= now !== null && now !== seen
    seen = now ?? seen
    if (!pending || (training && !urgent && performance.now() - notifiedAt < TRAINING_MS)) return
    pending = urgent = false
    notifiedAt = performance.now()
    changed()
  }
  const timer = repeat(poll, POLL_MS)
  return {
    observe(message) {
      if (message.name === 'active') training = message.data.some(({ state }) => state !== 'queued')
      if (message.name === 'run') urgent ||= !SELF_CONTAINED.includes(message.data.event.type)
    },
    dispose: () => timer.dispose(),
  }
}

/** Events that carry everything the pages need. */
const SELF_CONTAINED = ['steps', 'epoch', 'warning', 'stage']

function versionOf(store: Store): number | null {
  try {
    return store.changes()
  } catch {
    return null
  }
}
