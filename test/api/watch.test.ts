/** When the windows are notified of changes in the database. */
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { watchStore } from '../../main/api/watch.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { ActiveRun } from '../../shared/protocol/requests/training.ts'
import { newRun, open, temporaryPath } from '../store/fixtures.ts'

const id = { phase: 'hard', task: null, round: null } as const
const active = (...states: ActiveRun['state'][]) => ({
  name: 'active' as const,
  data: states.map((state) => ({ state }) as ActiveRun),
})
const event = (event: RunEvent) => ({ name: 'run' as const, data: { run: 'r', event } })

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

function watching() {
  const path = temporaryPath()
  const changed = vi.fn()
  const watch = watchStore(open(path), changed)
  onTestFinished(() => watch.dispose())
  const other = open(path)
  /** Another process writes every second. */
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      other.createRun(newRun())
      vi.advanceTimersByTime(1000)
    }
    return changed.mock.calls.length
  }
  return { watch, changed, pass }
}

describe('changed', () => {
  it('is sent at most once per second, and only after a write', () => {
    const { pass } = watching()
    expect(pass(3)).toBe(3)
    vi.advanceTimersByTime(10_000)
    expect(pass(0)).toBe(3)
  })

  it('is sent every few seconds while a run trains here, and every second again afterwards', () => {
    const { watch, pass } = watching()
    watch.observe(active('running', 'queued'))
    expect(pass(11)).toBe(3)
    watch.observe(event({ type: 'steps', id, steps: [] }))
    expect(pass(3)).toBe(3)
    watch.observe(active('queued'))
    expect(pass(3)).toBe(6)
  })

  it.each<RunEvent>([
    { type: 'trainingEnd', id, result: { density: {}, bestEpoch: 0, epochs: 1, dev: {} } },
    { type: 'ticketChosen', task: 'pos', round: 1, density: 0.5, dev: 90 },
    { type: 'status', status: 'finished', message: null },
  ])('is told at once after $type', (told) => {
    const { watch, pass } = watching()
    watch.observe(active('running'))
    expect(pass(2)).toBe(1)
    watch.observe(event(told))
    expect(pass(2)).toBe(2)
  })
})
