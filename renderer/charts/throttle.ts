/**
 * At once where there was a pause, else as soon as it is over: live charts are redrawn no more often than that. Where the work takes long,
 * the pause grows with it, so that the page has time for its user.
 */
export interface Throttled {
  /** Wants a call, and another one only after `pause` milliseconds. */
  call(): void
  /** Calls at once, and whatever was waiting is done with. */
  now(): void
  cancel(): void
}

/** What the work takes of the time at the most. */
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
