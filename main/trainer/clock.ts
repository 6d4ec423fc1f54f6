/** A clock that stops while a run is paused, so that speed and remaining time cover working time only. */
export class WorkClock {
  private readonly now: () => number
  private pausedAt: number | null = null
  private pausedMs = 0

  /** `now` returns milliseconds. */
  constructor(now: () => number) {
    this.now = now
  }

  /** Milliseconds without pauses. */
  readonly read = (): number => (this.pausedAt ?? this.now()) - this.pausedMs

  pause(): void {
    this.pausedAt ??= this.now()
  }

  unpause(): void {
    if (this.pausedAt !== null) this.pausedMs += this.now() - this.pausedAt
    this.pausedAt = null
  }
}
