/**
 * Writes the reason of a failure to the run, for a process that could not: where the database was locked or the disk
 * full, the process that trained could not store why it failed either. Retried until the database takes it.
 */
import { repeat, type Disposable } from '../../shared/util/disposable.ts'
import type { Log } from '../../shared/util/log.ts'
import type { Store } from '../store/types.ts'

const RETRY_MS = 5000

export class FailureRecorder implements Disposable {
  private readonly store: Store
  private readonly log: Log
  private readonly onRecorded: () => void
  private readonly retryMs: number
  /** Reason by run. */
  private readonly pending = new Map<string, string>()
  private retry: Disposable | null = null

  constructor(store: Store, log: Log, onRecorded: () => void, retryMs = RETRY_MS) {
    this.store = store
    this.log = log
    this.onRecorded = onRecorded
    this.retryMs = retryMs
  }

  /** Call it when the process of the run has ended. Never throws. */
  record(run: string, reason: string): void {
    this.pending.set(run, reason)
    this.flush()
  }

  dispose(): void {
    void this.retry?.dispose()
    this.retry = null
  }

  private flush(): void {
    for (const [run, reason] of this.pending) {
      try {
        // Any other status was written by the process itself, with its reason.
        if (this.store.getRun(run).status === 'running') {
          this.store.setStatus(run, 'failed', reason)
          this.onRecorded()
        }
        this.pending.delete(run)
      } catch (error) {
        if (isLasting(error)) this.pending.delete(run)
        this.log.warn(`the reason why run ${run} failed could not be stored`, error)
      }
    }
    if (this.pending.size > 0) this.retry ??= repeat(() => this.flush(), this.retryMs)
    else this.dispose()
  }
}

/** Trying again would not help: the run was deleted, taken over, or its row is damaged. */
function isLasting(error: unknown): boolean {
  return ['missing', 'owned', 'damaged'].includes(String((error as { code?: unknown }).code))
}
