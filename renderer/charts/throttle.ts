/** At once where there was a pause, else as soon as it is over: live charts are redrawn no more often than that. */
export interface Throttled {
  /** Wants a call, and another one only after `pause` milliseconds. */
  call(): void
  /** Calls at once, and whatever was waiting is done with. */
  now(): void
  cancel(): void
}

export function throttled(work: () => void, pause: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | null = null
  let last = -Infinity
  const cancel = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const now = () => {
    cancel()
    work()
    last = performance.now()
  }
  return {
    now, cancel,
    call() {
      timer ??= setTimeout(now, Math.max(0, last + pause - performance.now()))
    },
  }
}
