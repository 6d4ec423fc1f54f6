/** Redraws of live charts are throttled by the time until they are on the screen. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { throttled } from '../../renderer/charts/throttle.ts'

const PAUSE = 100

describe('throttled redraws', () => {
  /** One per redraw that is not on the screen yet. */
  let unpainted: (() => void)[]
  let redraws: number
  const chart = () =>
    throttled(
      () => void redraws++,
      PAUSE,
      (then) => void unpainted.push(then),
    )
  const paint = () => unpainted.shift()!()

  beforeEach(() => {
    vi.useFakeTimers()
    unpainted = []
    redraws = 0
  })
  afterEach(() => void vi.useRealTimers())

  test('the first comes at once, the next after the pause, many requests are one', () => {
    const redraw = chart()
    redraw.call()
    vi.advanceTimersByTime(0)
    expect(redraws).toBe(1)
    paint()
    for (let i = 0; i < 5; i++) redraw.call()
    vi.advanceTimersByTime(PAUSE - 1)
    expect(redraws).toBe(1)
    vi.advanceTimersByTime(1)
    expect(redraws).toBe(2)
    vi.advanceTimersByTime(10 * PAUSE)
    expect(redraws).toBe(2)
  })

  test('none begins before the last is on the screen; the pause is four times what that took', () => {
    const redraw = chart()
    redraw.now()
    redraw.call()
    vi.advanceTimersByTime(1000)
    expect(redraws).toBe(1)
    paint()
    vi.advanceTimersByTime(3999)
    expect(redraws).toBe(1)
    vi.advanceTimersByTime(1)
    expect(redraws).toBe(2)
  })

  test('`now` does not wait, and a cancelled request does not come', () => {
    const redraw = chart()
    redraw.now()
    redraw.now()
    expect(redraws).toBe(2)
    redraw.call()
    redraw.cancel()
    paint()
    paint()
    vi.advanceTimersByTime(10 * PAUSE)
    expect(redraws).toBe(2)
  })

  test('a redraw that throws does not end those after it', () => {
    const redraw = throttled(
      () => {
        redraws++
        throw new Error('no canvas')
      },
      PAUSE,
      (then) => void unpainted.push(then),
    )
    expect(() => redraw.now()).toThrow('no canvas')
    paint()
    redraw.call()
    expect(() => vi.advanceTimersByTime(PAUSE)).toThrow('no canvas')
    expect(redraws).toBe(2)
  })
})
