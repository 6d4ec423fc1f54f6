/** Lines over the rounds, the table of units, and the labels of a score under another mask. No browser. */
import { describe, expect, it } from 'vitest'
import type { Evolution } from '../../shared/network/evolution.ts'
import type { MaskScore } from '../../shared/protocol/requests/analysis.ts'
import { lineRows } from '../../renderer/charts/csv.ts'
import { densityLines, meanPoints, overlapLines } from '../../renderer/features/subnets/evolutionLines.ts'
import {
  changeText,
  labelChanges,
  scoreHeat,
  scoreRows,
  scoreTable,
} from '../../renderer/features/subnets/maskScores.ts'
import { sortedUnits, unitRows, unitTable, wordsOfUnit } from '../../renderer/features/subnets/unitRows.ts'

describe('over the rounds', () => {
  const run = (density: number, overlap: number): Evolution => ({
    densities: [
      { task: 'pos', round: 0, layers: [null, 'bilstm.0.forward.W'].map((layer) => ({ layer, density: 1 })) },
      { task: 'pos', round: 1, layers: [null, 'bilstm.0.forward.W'].map((layer) => ({ layer, density })) },
    ],
    overlaps: [{ tasks: ['pos', 'ner'], round: 1, overlap, chance: 0.1 }],
  })

  it('shows one run as it is', () => {
    const [line] = densityLines([run(0.5, 0.2)], ['pos'], null)
    expect(line.points.map(({ x, y, spread }) => [x, y, spread])).toEqual([
      [0, 100, undefined],
      [1, 50, undefined],
    ])
    expect(densityLines([run(0.5, 0.2)], ['pos'], 'pos').map(({ name }) => name)).toEqual(['bilstm.0.forward'])
  })

  it('shows several as mean and standard deviation of the sample', () => {
    const [found, chance] = overlapLines([run(0.5, 0.2), run(0.5, 0.4)])
    expect(found.points[0].y).toBeCloseTo(0.3)
    expect(found.points[0].spread).toBeCloseTo(Math.SQRT2 / 10)
    expect(found.points[0].label).toBe('round 1, ± 0.141, 2 runs')
    expect(chance).toMatchObject({ name: 'pos & ner, by chance', stroke: 1, points: [{ y: 0.1, spread: 0 }] })
    const rows = lineRows([found], { x: 'round', y: 'overlap' })
    expect(rows[0]).toEqual(['line', 'round of pruning', 'overlap ratio', 'standard deviation', 'point'])
    expect(rows[1][3]).toBeCloseTo(Math.SQRT2 / 10)
  })

  it('says where a round exists in one run alone', () => {
    const points = meanPoints([[{ round: 0, value: 1 }], [{ round: 1, value: 2 }]], String)
    expect(points.map(({ label, spread }) => [label, spread])).toEqual([
      ['round 0, 1 run', undefined],
      ['round 1, 1 run', undefined],
    ])
  })
})

describe('units', () => {
  const unit = (index: number, direction: 'forward' | 'backward', alone: number[], any: number) => ({
    ...{ layer: 0, direction, index, incomingSize: 10, outgoingSize: 20 },
    ...{ incoming: [index, 1], outgoing: [2, 4], alone, any },
  })
  const rows = unitRows([unit(0, 'forward', [1, 0], 4), unit(1, 'forward', [1, 3], 4), unit(0, 'backward', [0, 0], 0)])

  it('are sorted by how exclusive they are, or by a density', () => {
    expect(sortedUnits(rows, { by: 'exclusive' }).map(({ name }) => name)).toEqual([
      ...['forward 1', 'forward 0', 'backward 0'],
    ])
    expect(sortedUnits(rows, { by: 'incoming', subnet: 0 })[0].name).toBe('forward 1')
    expect(sortedUnits(rows, { by: 'unit' })).toEqual(rows)
  })

  it('have their words: forward units come first', () => {
    const layer = ['a', 'b', 'c', 'd'].map((word) => [{ word, mean: 0.5 }])
    const words = { task: 'pos', tokens: 9, of: 9, layers: [layer] }
    expect(rows.map((row) => wordsOfUnit(words, row)[0].word)).toEqual(['a', 'b', 'c'])
    expect(unitTable(rows, ['pos', 'ner'], words)[2]).toEqual([
      ...['forward 1', 0, 'forward', 1, 0.75, 'ner', 0.1, 0.1, 0.1, 0.2, 'b'],
    ])
  })
})

describe('scores under other masks', () => {
  const rates = (f1: number) => ({ precision: f1, recall: f1, f1 })
  const label = (name: string, gold: number, f1: number) => ({
    ...{ label: name, gold, predicted: gold, correct: gold, ...rates(f1) },
  })
  const one = (variant: MaskScore['variant'], value: number, labels: MaskScore['labels']['labels']): MaskScore => ({
    ...{ task: 'ner', variant, kept: 5, dev: { name: 'spanF1', value, classes: {} } as unknown as MaskScore['dev'] },
    labels: {
      ...{ labels, micro: rates(value), macro: rates(value), weighted: rates(value) },
      ...{ total: { gold: 30, predicted: 30, correct: 30 }, accuracy: 90, tokens: 100 },
    },
  })
  const own = one({ kind: 'own' }, 80, [label('LOC', 10, 90), label('PER', 20, 70)])
  const other = one({ kind: 'other', task: 'pos' }, 40, [label('LOC', 10, 20), label('PER', 20, 69)])
  const table = scoreTable([own, other])

  it('lists the labels that lose most first, with what they had', () => {
    expect(labelChanges(other, own).map(({ label: name, f1, own: had }) => [name, f1, had])).toEqual([
      ['LOC', 20, 90],
      ['PER', 69, 70],
    ])
  })

  it('is saved with its labels, and drawn by the share that is left', () => {
    expect(table.variants).toEqual(['its own subnet', 'the subnet of pos'])
    expect(scoreRows(table).slice(3)).toEqual([
      ...['PER'].map((name) => ['ner', 'its own subnet', 5, name, 20, 70, 70, 70]),
      ['ner', 'the subnet of pos', 5, 'all', 30, 40, 40, 40],
      ['ner', 'the subnet of pos', 5, 'LOC', 10, 20, 20, 20],
      ['ner', 'the subnet of pos', 5, 'PER', 20, 69, 69, 69],
    ])
    expect(scoreHeat(table).cells.map(([cell]) => cell.share)).toEqual([1, 0.5])
    expect([changeText(-40), changeText(0), changeText(1.234)]).toEqual(['−40.00', '', '+1.23'])
  })
})
