import { expect, it } from 'vitest'
import { gateCounts, gateHeat, gateRows, regionOf } from '../../renderer/features/subnets/gateHeat.ts'

const rows = [
  { name: 'word', count: 2 },
  { name: 'recurrent', count: 1 },
]
const columns = [
  { name: 'i', count: 2 },
  { name: 'f', count: 1 },
]
/** By subnets a (1), b (2) and c (4): a 3 × 3 matrix. */
const kept = Uint8Array.of(...[1, 2, 0], ...[7, 3, 4], ...[0, 0, 5])
const counts = gateCounts(kept, rows, columns, ['a', 'b', 'c'])
const texts = (measure: 'kept' | 'shared') =>
  gateHeat(counts, measure).cells.map((line) => line.map(({ text }) => text))

it('shows the share of each block that each subnet keeps', () => {
  expect(gateHeat(counts, 'kept').columns).toEqual(['a · i', 'a · f', 'b · i', 'b · f', 'c · i', 'c · f'])
  expect(texts('kept')).toEqual([
    ['75 %', '0 %', '75 %', '0 %', '25 %', '50 %'],
    ['0 %', '100 %', '0 %', '0 %', '0 %', '100 %'],
  ])
})

it('shows by how many subnets kept weights are kept; a block without any has no share', () => {
  expect(gateHeat(counts, 'shared').columns).toEqual([
    ...['one alone · i', 'one alone · f', 'several · i', 'several · f', 'all · i', 'all · f'],
  ])
  expect(texts('shared')).toEqual([
    ['50 %', '100 %', '25 %', '0 %', '25 %', '0 %'],
    ['', '0 %', '', '100 %', '', '0 %'],
  ])
  expect(gateRows(counts, 'shared')[1]).toEqual(['word', 'i', 'one alone', 2, 4, 0.5])
  expect(gateRows(counts, 'shared')[7]).toEqual(['recurrent', 'i', 'one alone', 0, 0, null])
})

it('knows the weights behind a cell', () => {
  expect(regionOf(counts, 1, 5)).toEqual({ rows: [2, 3], columns: [2, 3] })
  expect(regionOf(counts, 0, 2)).toEqual({ rows: [0, 2], columns: [0, 2] })
})
