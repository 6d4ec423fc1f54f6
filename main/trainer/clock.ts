/** A clock that stands still while a run is paused, so that rates and the time left speak of work. */
export class WorkClock {
  private readonly now: () => number
  private heldAt: number | null = null
  private held = 0

  /** now: milliseconds. */
  constructor(now: () => number) {
    this.now = now
  }

  /** Milliseconds, pauses left out. */
  readonly read = (): number => (this.heldAt ?? this.now()) - this.held

  pause(): void {
    this.heldAt ??= this.now()
  }

  unpause(): void {
    if (this.heldAt !== null) this.held += this.now() - this.heldAt
    this.heldAt = null
  }
}
