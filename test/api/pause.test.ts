/** A pause takes hold at once, even of a training that reports faster than it is recorded. */
import { expect, it, vi } from 'vitest'
import { tinyConfig } from '../support/corpus.ts'
import { openStudio } from '../support/studio.ts'

it('pauses a training of thousands of short epochs after the reports that are under way', async () => {
  const studio = openStudio()
  const { run } = await studio.start(tinyConfig({ methods: ['hard'], joint: { epochs: 100_000 } }))
  const reports = () => studio.eventsOf(run).filter(({ type }) => type === 'steps' || type === 'epoch').length
  await vi.waitUntil(() => reports() > 200, { timeout: 200_000, interval: 50 })
  await studio.ask('training.pause', { run })
  const before = reports()
  await vi.waitUntil(async () => (await studio.ask('training.active', {}))[0]?.state === 'paused', { timeout: 200_000 })
  const stored = () => studio.store.stepMetrics(run, { phase: 'hard', task: null, round: null }).length
  // Once nothing has come for as long as twenty looks.
  let [last, same] = [reports(), 0]
  await vi.waitUntil(
    () => {
      same = reports() === last ? same + 1 : 0
      last = reports()
      return same > 20
    },
    { timeout: 200_000, interval: 50 },
  )
  expect(last - before).toBeLessThan(60)
  expect(stored()).toBeGreaterThan(0)
  await studio.close()
})
