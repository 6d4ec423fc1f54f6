/** The lines of a run's charts. */
import { expect, it } from 'vitest'
import { densityLines, epochLines, groupsOf } from '../../renderer/charts/series.ts'
import type { TrainingDetail } from '../../shared/protocol/api.ts'
import type { EpochMetric, TrainingId } from '../../shared/runs/training.ts'

const metric = (epoch: number, loss: Record<string, number | null>, dev: Record<string, number>): EpochMetric => ({
  epoch,
  step: 10 * (epoch + 1),
  loss,
  trainSeconds: 1,
  evalSeconds: 1,
  best: false,
  dev: Object.fromEntries(Object.entries(dev).map(([task, value]) => [task, { name: 'accuracy' as const, value }])),
})

function training(
  id: TrainingId,
  epochs: EpochMetric[],
  best: { epoch: number; density: Record<string, number> } | null,
): TrainingDetail {
  const result = best && {
    density: best.density,
    bestEpoch: best.epoch,
    epochs: epochs.length,
    dev: epochs[best.epoch].dev,
  }
  return { id, state: best ? 'finished' : 'running', totalSteps: 20, result, checkpoint: null, epochs }
}

const imp = (task: string, round: number): TrainingId => ({ phase: 'imp', task, round })
const trainings = [
  training(imp('pos', 0), [metric(0, { pos: 2 }, { pos: 50 }), metric(1, { pos: 1 }, { pos: 40 })], {
    epoch: 0,
    density: { pos: 1 },
  }),
  training(imp('pos', 1), [metric(0, { pos: 3 }, { pos: 45 })], null),
  training(imp('ner', 0), [], null),
  training({ phase: 'sparse', task: null, round: null }, [metric(0, { pos: 2, ner: null }, { pos: 60, ner: 70 })], {
    epoch: 0,
    density: { pos: 0.5, ner: 0.3 },
  }),
]

it('joint training comes first, then the rounds of each task; trainings that have not started are left out', () => {
  expect(groupsOf(trainings, ['pos', 'ner']).map(({ key, trainings: members }) => [key, members.length])).toEqual([
    ['sparse', 1],
    ['imp/pos', 2],
    ['imp/ner', 1],
  ])
  expect(groupsOf([], ['pos'])).toEqual([])
})

it('a joint training has one line per task; epochs without a batch of a task have no loss', () => {
  const [sparse] = groupsOf(trainings, ['pos', 'ner'])
  expect(
    epochLines(sparse, ['pos', 'ner'], 'dev').map(({ name, points }) => [name, points.map(({ x, y }) => [x, y])]),
  ).toEqual([
    ['pos', [[1, 60]]],
    ['ner', [[1, 70]]],
  ])
  expect(epochLines(sparse, ['pos', 'ner'], 'loss').map(({ points }) => points.length)).toEqual([1, 0])
})

it('rounds have one line each, from dense to sparse, with the best epoch marked', () => {
  const lines = epochLines(groupsOf(trainings, ['pos', 'ner'])[1], ['pos', 'ner'], 'dev')
  expect(lines.map(({ name, colour }) => [name, colour])).toEqual([
    ['round 0, 100.00 %', { step: 0, of: 1 }],
    ['round 1', { step: 1, of: 1 }],
  ])
  expect(lines[0].points.map(({ marked }) => marked)).toEqual([true, false])
})

it('scores are placed at their density, with the chosen subnet marked', () => {
  const candidates = [
    { round: 0, density: 1, kept: 10, dev: 50 },
    { round: 1, density: 0.5, kept: 5, dev: 60 },
  ]
  const [line] = densityLines([{ task: 'ner', candidates, chosen: 1 }], ['pos', 'ner'])
  expect(line).toEqual({
    name: 'ner',
    colour: { task: 1 },
    points: [
      { x: 1, y: 50, marked: false, label: 'round 0, density 100.00 %' },
      { x: 0.5, y: 60, marked: true, label: 'round 1, density 50.00 %, chosen' },
    ],
  })
})

it('a task called like a property of every object has no score until it has one', () => {
  const joint = training({ phase: 'sparse', task: null, round: null }, [metric(0, { pos: 2 }, { pos: 60 })], null)
  const [group] = groupsOf([joint], ['pos', 'constructor', 'toString'])
  const lines = epochLines(group, ['pos', 'constructor', 'toString'], 'dev')
  expect(lines.map(({ points }) => points.length)).toEqual([1, 0, 0])
  expect(epochLines(group, ['valueOf'], 'loss').map(({ points }) => points)).toEqual([[]])
})
