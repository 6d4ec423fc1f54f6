/**
 * Throttles redraws of live charts: at once after a pause, else when the pause is over. The pause grows with the time
 * that the work takes, so that the page stays responsive, which throttles of libraries do not offer.
 */
export interface Throttled {
  /** Requests a call, at the earliest `pause` milliseconds after the last. */
  call(): void
  /** Calls at once and drops the pending call. */
  now(): void
  cancel(): void
}

/** The largest share of the time that the work may take. */
const MOST_SHARE = 1 / 4

export function throttled(work: () => void, pause: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | null = null
  let last = -Infinity
  let taken = 0
  const cancel = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const now = () => {
    cancel()
    const began = performance.now()
    work()
    last = performance.now()
    taken = last - began
  }
  return {
    now,
    cancel,
    call() {
      timer ??= setTimeout(now, Math.max(0, last + Math.max(pause, taken / MOST_SHARE) - performance.now()))
    },
  }
}
