/** Lifetimes: what is owned is disposed of once, in reverse, and at once where its owner is gone already. */
import { expect, it, vi } from 'vitest'
import { delay, DisposableStore, repeat, toDisposable } from '../../shared/util/disposable.ts'

it('disposes of its members in reverse, once, even where one fails', async () => {
  const store = new DisposableStore()
  const order: number[] = []
  for (const n of [1, 2, 3])
    store.add(
      toDisposable(() => {
        order.push(n)
        if (n === 2) throw new Error('two')
      }),
    )
  await expect(store.dispose()).rejects.toThrow('two')
  await store.dispose()
  expect(order).toEqual([3, 2, 1])
})

it('disposes at once of what is added to a disposed store, and of nothing that was removed', async () => {
  const store = new DisposableStore()
  const removed = store.add({ dispose: vi.fn() })
  store.delete(removed)
  await store.dispose()
  const late = store.add({ dispose: vi.fn() })
  expect([removed.dispose, late.dispose].map((dispose) => dispose.mock.calls.length)).toEqual([0, 1])
  expect(store.isDisposed).toBe(true)
})

it('runs a release once, and stops timers', () => {
  vi.useFakeTimers()
  try {
    const [once, ticks, late] = [vi.fn(), vi.fn(), vi.fn()]
    const disposable = toDisposable(once)
    void disposable.dispose()
    void disposable.dispose()
    const timer = repeat(ticks, 10)
    const timeout = delay(late, 10)
    vi.advanceTimersByTime(25)
    void timer.dispose()
    vi.advanceTimersByTime(100)
    void timeout.dispose()
    expect([once, ticks, late].map(({ mock }) => mock.calls.length)).toEqual([1, 2, 1])
  } finally {
    vi.useRealTimers()
  }
})
