/** Joint training with subnets that an earlier run found: as chosen there, and picked by hand. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { changedSettings } from '../../main/config/changed.ts'
import { createRun } from '../../main/experiment/lifecycle.ts'
import { TRAINING_ARTIFACTS } from '../../main/store/artifacts.ts'
import type { ExperimentConfigInput } from '../../shared/settings/config.ts'
import { plannedTrainings } from '../../shared/settings/plan.ts'
import { trainingKey, type TrainingId } from '../../shared/runs/training.ts'
import { sameBits } from '../support/arrays.ts'
import { corpusText, tinyConfig } from '../support/corpus.ts'
import { created, finished, outcomeOf, runSession, type Experiment } from '../support/experiments.ts'

const SPARSE: TrainingId = { phase: 'sparse', task: null, round: null }
// Joint training long enough to be stopped within.
const SETTINGS = {
  methods: ['sparse'],
  warmup: { steps: 3 },
  joint: { epochs: 8 },
} satisfies Partial<ExperimentConfigInput>

let source: Experiment
let chosen: Record<string, number>
beforeAll(async () => {
  source = await finished(tinyConfig(SETTINGS))
  chosen = Object.fromEntries(
    source.store.getRun(source.runId).report!.tickets.map(({ task, chosen: round }) => [task, round]),
  )
})

/** Another run in the source's database. */
async function another(changes: Parameters<typeof tinyConfig>[0]): Promise<Experiment> {
  const config = tinyConfig({ ...SETTINGS, ...changes })
  return { ...source, config, ...(await createRun(source.store, config, source.folder)) }
}
const weights = ({ store, runId }: Experiment) => store.loadArtifact(runId, SPARSE, TRAINING_ARTIFACTS.bestWeights)!

describe('a run with the subnets of another', () => {
  it('as chosen there: joint training gives the same bits, and besides only the warmup is trained', async () => {
    const run = await another({ tickets: { run: source.runId.slice(-6) } })
    expect(run.warnings).toEqual([])
    const { events, end } = await runSession(run)
    expect(end).toBe('finished')
    expect(events.filter(({ type }) => type === 'ticketChosen')).toMatchObject(
      Object.entries(chosen).map(([task, round]) => ({ task, round })),
    )

    const [ours, theirs] = [outcomeOf(run), outcomeOf(source)]
    expect(ours.trainings.map(({ key }) => key)).toEqual(['sparse', 'warmup'])
    expect(plannedTrainings(run.config, { taskEpoch: new Map(), jointEpoch: null }).map(({ key }) => key)).toEqual([
      'warmup',
      'sparse',
    ])
    expect(ours.steps.sparse).toEqual(theirs.steps.sparse)
    expect(ours.epochs.sparse).toEqual(theirs.epochs.sparse)
    const [a, b] = [weights(run), weights(source)]
    expect(Object.keys(a)).toEqual(Object.keys(b))
    for (const name of Object.keys(a)) expect(sameBits(a[name].data, b[name].data), name).toBe(true)
    // The subnets in the report, and the results of sparse sharing.
    expect(ours.report).toEqual({
      ...theirs.report,
      methods: theirs.report!.methods.filter(({ method }) => method === 'sparse'),
    })
    // It does not depend on its source: full id, all rounds, its own masks.
    expect(source.store.getRun(run.runId).config.tickets).toEqual({ run: source.runId, rounds: chosen })
    expect(Object.keys(ours.masks)).toEqual(Object.keys(theirs.masks))
  })

  it('picked by hand: other masks, another result; picked again from the copy, the same', async () => {
    const rounds = { pos: chosen.pos === 2 ? 1 : 2, np: chosen.np }
    const run = await another({
      tickets: { run: source.runId, rounds: { pos: rounds.pos } },
      methods: ['hard', 'sparse'],
    })
    await runSession(run)
    const { report, trainings } =
      source.store.getRun(run.runId).report === null ? expect.fail('no report') : outcomeOf(run)
    expect(trainings.map(({ key }) => key)).toEqual(['hard', 'sparse', 'warmup'])
    expect(report!.tickets.map(({ task, chosen: round }) => [task, round])).toEqual(Object.entries(rounds))
    expect(report!.methods.map(({ method }) => method)).toEqual(['hard', 'sparse'])
    expect(source.store.training(run.runId, SPARSE)!.result!.density.pos).toBe(
      report!.tickets[0].candidates.find(({ round }) => round === rounds.pos)!.density,
    )
    expect(sameBits(weights(run)['bilstm.0.forward.W'].data, weights(source)['bilstm.0.forward.W'].data)).toBe(false)
    expect(changedSettings(run.config)).toContainEqual({
      name: 'tickets.rounds.pos',
      value: rounds.pos,
      default: undefined,
    })

    const again = await another({ tickets: { run: run.runId } })
    await runSession(again)
    expect(sameBits(weights(again)['bilstm.0.forward.W'].data, weights(run)['bilstm.0.forward.W'].data)).toBe(true)
  })

  it('resumes after a stop to the same result', async () => {
    const run = await another({ tickets: { run: source.runId } })
    expect(
      (await runSession(run, { stopAt: (event) => event.type === 'steps' && trainingKey(event.id) === 'sparse' })).end,
    ).toBe('stopped')
    expect((await runSession(run)).end).toBe('finished')
    expect(sameBits(weights(run)['bilstm.0.forward.W'].data, weights(source)['bilstm.0.forward.W'].data)).toBe(true)
  })
})

describe('at its creation', () => {
  it('warns where start weights or data differ from those of the subnets', async () => {
    const { warnings } = await another({ tickets: { run: source.runId }, seed: 7, warmup: { steps: 4 } })
    expect(warnings).toEqual([
      `The subnets of run ${source.runId} start from other weights here than where they were found: the seed ` +
        'is 7, there 2019; the warmup is 4 steps and 0 epochs, there 3 and 0. They are not lottery tickets of ' +
        'these start weights.',
    ])
    writeFileSync(join(source.folder, 'more.txt'), corpusText('more', 30))
    const other = await another({
      tickets: { run: source.runId },
      corpora: { made: { train: 'more.txt', dev: 'dev.txt' } },
    })
    expect(other.warnings).toContain(
      `The subnets of run ${source.runId} were found on other data: the train files differ.`,
    )
    rmSync(join(source.folder, 'more.txt'))
  })

  it.each([
    [{ tickets: { run: 'nobody' } }, 'There is no run nobody.'],
    [{ tickets: { rounds: { pos: 9 } } }, 'has no finished round 9 of pos; there is 0, 1, 2'],
    [
      { model: { hidden: 9 } },
      'has another network, whose subnets do not fit: char.conv.W [12, 5], bilstm.0.forward.W [17, 32], ' +
        'bilstm.0.backward.W [17, 32]; this one has char.conv.W [12, 5], bilstm.0.forward.W [18, 36]',
    ],
    [
      { tasks: { pos: { tags: 1 }, ner: { tags: 2 } } },
      'has the tasks pos, np, not ner; it has subnets for its own tasks only',
    ],
  ])(
    'refuses %j, and records nothing',
    async ({ tickets, ...changes }: Parameters<typeof tinyConfig>[0] & object, message) => {
      const before = source.store.listRuns().length
      await expect(another({ ...changes, tickets: { run: source.runId, ...tickets } })).rejects.toThrow(message)
      expect(source.store.listRuns()).toHaveLength(before)
    },
  )

  it('takes rounds of a run that has not chosen its subnets yet, but does not choose for it', async () => {
    const young = await created(tinyConfig({ methods: ['sparse'] }))
    const done = new Set<string>()
    await runSession(young, { stopAt: (event) => event.type === 'trainingEnd' && done.add(event.id.task!).size === 2 })
    const create = (rounds: Record<string, number>) =>
      createRun(young.store, tinyConfig({ methods: ['sparse'], tickets: { run: young.runId, rounds } }), young.folder)
    await expect(create({})).rejects.toThrow(/has not chosen a subnet for pos yet; give tickets.rounds.pos, up to \d/)
    expect(young.store.getRun((await create({ pos: 0, np: 0 })).runId).config.tickets.rounds).toEqual({ pos: 0, np: 0 })
  })
})
