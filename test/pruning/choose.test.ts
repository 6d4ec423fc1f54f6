import { expect, it } from 'vitest'
import { chooseTicket } from '../../main/pruning/choose.ts'
import type { Candidate } from '../../shared/runs/report.ts'

const candidate = (round: number, kept: number, value: number): Candidate => ({
  round,
  kept,
  density: kept / 100,
  dev: { name: 'spanF1', value },
})

it('the candidate that does best on dev is the subnet', () => {
  expect(chooseTicket([candidate(0, 100, 80), candidate(1, 80, 91), candidate(2, 64, 90)]).round).toBe(1)
})

it('on a tie, the one with the fewest weights, whatever the order', () => {
  const tied = [candidate(0, 100, 91), candidate(1, 80, 91), candidate(2, 64, 91), candidate(3, 51, 90)]
  expect(chooseTicket(tied).round).toBe(2)
  expect(chooseTicket(tied.toReversed()).round).toBe(2)
})

it('a dense network may win', () => {
  expect(chooseTicket([candidate(0, 100, 91), candidate(1, 80, 90)]).round).toBe(0)
})

it('the last subnet is taken where nothing is held out to choose by', () => {
  const all = [candidate(1, 80, 99), candidate(2, 64, 60), candidate(0, 100, 91)]
  expect(chooseTicket(all, 'last').round).toBe(2)
})

it('of no candidates there is none', () => {
  expect(() => chooseTicket([])).toThrow(RangeError)
})
