/**
 * The lifetime of pools, taggers, processes, file handles and timers, after VS Code's `DisposableStore`
 * (src/vs/base/common/lifecycle.ts): one owner disposes of everything it started.
 */

export interface Disposable {
  /** Releases the resource. Calling it again does nothing. */
  dispose(): void | Promise<void>
}

/** Wraps a function that runs once. */
export function toDisposable(release: () => void | Promise<void>): Disposable {
  let done: { result: void | Promise<void> } | null = null
  return { dispose: () => (done ??= { result: release() }).result }
}

/**
 * The timers of Node and of browsers, whose types differ; shared/ is compiled without either. Node's can be
 * unreferenced.
 */
interface Timers {
  setInterval(work: () => void, ms: number): { unref?(): void }
  clearInterval(timer: unknown): void
  setTimeout(work: () => void, ms: number): { unref?(): void }
  clearTimeout(timer: unknown): void
}
const timers = globalThis as unknown as Timers

/** An interval that does not keep the process alive. */
export function repeat(work: () => void, ms: number): Disposable {
  const timer = timers.setInterval(work, ms)
  timer.unref?.()
  return toDisposable(() => timers.clearInterval(timer))
}

/** A timeout that does not keep the process alive. */
export function delay(work: () => void, ms: number): Disposable {
  const timer = timers.setTimeout(work, ms)
  timer.unref?.()
  return toDisposable(() => timers.clearTimeout(timer))
}

/** Owns disposables. What is added to a disposed store is disposed of at once. */
export class DisposableStore implements Disposable {
  private readonly members = new Set<Disposable>()
  private disposed = false

  get isDisposed(): boolean {
    return this.disposed
  }

  add<T extends Disposable>(member: T): T {
    if (this.disposed) void Promise.resolve(member.dispose()).catch(() => {})
    else this.members.add(member)
    return member
  }

  /** Forgets a member that has ended by itself. */
  delete(member: Disposable): void {
    this.members.delete(member)
  }

  /**
   * Disposes of all members, the newest first. All are disposed of even where one fails; then the first error is
   * thrown.
   */
  async dispose(): Promise<void> {
    this.disposed = true
    const members = [...this.members].toReversed()
    this.members.clear()
    const errors: unknown[] = []
    for (const member of members) {
      try {
        await member.dispose()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
