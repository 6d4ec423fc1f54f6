/** A backend that fails during a run: the run finishes on another, with complete metrics. */
import { afterEach, expect, it } from 'vitest'
import { HAS_NATIVE, FASTEST } from '../support/backends.ts'
import { corpusFiles, tinyConfig } from '../support/corpus.ts'
import { created, expectWholeMetrics, outcomeOf, runSession, type Experiment } from '../support/experiments.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'

const FAILING = new URL('../support/failingBackend.ts', import.meta.url).href
const config = tinyConfig({ methods: ['single', 'sparse'], imp: { epochs: 2, maxRounds: 1 } })

afterEach(() => {
  delete process.env.BREAKS
  delete process.env.BREAKS_AFTER
})

/** A run whose record says that it computes on the backend that will break. */
async function onBroken(settings = config): Promise<Experiment> {
  const experiment = await created(
    settings.backend === 'auto' ? settings : { ...settings, backend: 'auto' },
    corpusFiles(24),
  )
  const { store, runId } = experiment
  store.claimRun(runId, { ...store.getRun(runId).environment, backend: 'tensorflow', isa: null })
  store.setStatus(runId, 'stopped')
  return experiment
}

const warningsOf = (events: RunEvent[]) => events.flatMap((event) => (event.type === 'warning' ? [event.message] : []))

it.each(['throw', 'late', 'exit'])('continues on the next backend, no step lost, none twice: %s', async (how) => {
  const experiment = await onBroken()
  Object.assign(process.env, { BREAKS: how, BREAKS_AFTER: '60' })
  const { end, events } = await runSession(experiment, { modules: [FAILING] })
  expect(end).toBe('finished')
  expect(warningsOf(events)).toContainEqual(
    expect.stringMatching(new RegExp(`tensorflow failed: .+ continues on ${FASTEST.name} from its last checkpoint`)),
  )
  expectWholeMetrics(outcomeOf(experiment))
  expect(events.filter(({ type }) => type === 'trainingEnd').length).toBe(
    experiment.store.trainings(experiment.runId).length,
  )
  const { environment } = experiment.store.getRun(experiment.runId)
  expect(environment).toMatchObject({
    backend: FASTEST.name,
    left: [{ backend: 'tensorflow', why: expect.stringMatching(/device|thread/) }],
  })
})

it('stays on the backend that its record names', async () => {
  const experiment = await onBroken()
  const { end, events } = await runSession(experiment, { modules: [FAILING] })
  expect(end).toBe('finished')
  expect(warningsOf(events)).toEqual([])
  expect(experiment.store.getRun(experiment.runId).environment).toMatchObject({ backend: 'tensorflow', isa: null })
})

it('takes another where that one can no longer compute, and says why', async () => {
  const experiment = await onBroken()
  process.env.BREAKS = 'probe'
  const { end, events } = await runSession(experiment, { modules: [FAILING] })
  expect(end).toBe('finished')
  expect(warningsOf(events)[0]).toMatch(
    /tensorflow, which the run started on, cannot compute here any more: CUDA 11\.2 not found/,
  )
  expect(experiment.store.getRun(experiment.runId).environment.backend).toBe(FASTEST.name)
})

it('fails where a person chose that backend, and names the command that continues', async () => {
  const experiment = await onBroken()
  Object.assign(process.env, { BREAKS: 'throw', BREAKS_AFTER: '60' })
  await expect(runSession(experiment, { modules: [FAILING], backend: 'tensorflow' })).rejects.toThrow(
    /tensorflow, chosen for this run, failed: device lost.*resume .* --backend native/,
  )
  expect(experiment.store.getRun(experiment.runId)).toMatchObject({
    status: 'failed',
    environment: { backend: 'tensorflow' },
  })
  const { end } = await runSession(experiment, { modules: [FAILING], backend: HAS_NATIVE ? 'native' : 'cpu' })
  expect(end).toBe('finished')
  expectWholeMetrics(outcomeOf(experiment))
  expect(experiment.store.getRun(experiment.runId).environment.left).toEqual([
    { backend: 'tensorflow', why: expect.stringMatching(/was requested/) },
  ])
})

it('does not count a diverged loss as a failed backend', async () => {
  const experiment = await created(tinyConfig({ optimizer: { learningRate: 1e30 }, imp: { clipNorm: null } }))
  const events: RunEvent[] = []
  await expect(runSession(experiment, { onEvent: (event) => void events.push(event) })).rejects.toThrow(
    /The loss became/,
  )
  expect(warningsOf(events)).toEqual([])
})

it.each([
  ['check', /^The weights of bilstm.0.forward.W do not fit its mask\.$/],
  ['memory', /^A training thread ran out of memory\. .*\(Array buffer allocation failed\)$/],
])('fails without trying another backend where another would fail too: %s', async (how, message) => {
  const experiment = await onBroken()
  Object.assign(process.env, { BREAKS: how, BREAKS_AFTER: '60' })
  const events: RunEvent[] = []
  await expect(
    runSession(experiment, { modules: [FAILING], onEvent: (event) => void events.push(event) }),
  ).rejects.toThrow(message)
  expect(warningsOf(events)).toEqual([])
  const run = experiment.store.getRun(experiment.runId)
  expect(run).toMatchObject({ status: 'failed', message: expect.stringMatching(message) })
  expect(run.environment).toMatchObject({ backend: 'tensorflow' })
  expect(run.environment.left).toBeUndefined()
})
