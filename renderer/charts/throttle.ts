/**
 * Throttles redraws of live charts: at once after a pause, else when the pause is over. The pause grows with the time
 * that a redraw takes until it is on the screen, so that the page stays responsive, which throttles of libraries do not
 * offer.
 */
export interface Throttled {
  /** Requests a call, at the earliest `pause` milliseconds after the last. */
  call(): void
  /** Calls at once and drops the pending call. */
  now(): void
  cancel(): void
}

/** A redraw is followed by a pause of at least this many times its length. */
const PAUSE_FACTOR = 4

/** `afterPaint` calls its argument once what `work` changed is on the screen. No DOM. */
export function throttled(work: () => void, pause: number, afterPaint: (then: () => void) => void): Throttled {
  let timer: ReturnType<typeof setTimeout> | null = null
  /** When the next call is due, in milliseconds. */
  let due = -Infinity
  /** Redraws that are not on the screen yet: Vue renders after the work, and painting may take longer than both. */
  let painting = 0
  let wanted = false

  const cancel = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    wanted = false
  }
  const schedule = () => {
    if (painting === 0) timer ??= setTimeout(now, Math.max(0, due - performance.now()))
  }
  const now = () => {
    cancel()
    const began = performance.now()
    painting++
    try {
      work()
    } finally {
      afterPaint(() => {
        const end = performance.now()
        painting--
        due = end + Math.max(pause, PAUSE_FACTOR * (end - began))
        if (wanted) schedule()
      })
    }
  }
  return {
    now,
    cancel,
    call() {
      wanted = true
      schedule()
    },
  }
}
