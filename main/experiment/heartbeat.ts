/** Tells the store every few seconds that the process that owns a run is alive, and how long it has worked. */
import { StoreError } from '../store/errors.ts'
import type { Store } from '../store/types.ts'
import type { RunControl } from '../training/control.ts'

const INTERVAL_MS = 5000

export interface Heartbeat {
  /** Stops, after one last beat. Never throws. */
  stop(): void
}

/**
 * Pauses do not count as work. `onError` is called, once, where the store cannot be written to any more or the run has
 * another owner. A database that is locked for a while is no such error: the next beat makes up for it.
 */
export function startHeartbeat(
  store: Pick<Store, 'heartbeat'>,
  runId: string,
  control: Pick<RunControl, 'pausedMs'>,
  onError: (error: Error) => void,
  intervalMs = INTERVAL_MS,
): Heartbeat {
  const workedMs = () => performance.now() - control.pausedMs
  let last = workedMs()

  function beat(): void {
    const now = workedMs()
    store.heartbeat(runId, (now - last) / 1000)
    last = now
  }

  const timer = setInterval(() => {
    try {
      beat()
    } catch (error) {
      if (error instanceof StoreError && error.code === 'locked') return
      clearInterval(timer)
      onError(error as Error)
    }
  }, intervalMs)

  return {
    stop() {
      clearInterval(timer)
      try {
        beat()
      } catch {
        // What matters of a run is stored by now, or has failed with a reason of its own; only a few seconds of work go
        // uncounted.
      }
    },
  }
}
