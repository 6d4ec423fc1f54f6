/** Requests of a page that may send anything. */
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { RunDetail, RunSummary } from '../../shared/protocol/api.ts'
import type { EpochMetric } from '../../shared/runs/training.ts'
import { openTestApi } from '../support/api.ts'
import { newRun, open, temporaryPath } from '../store/fixtures.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const epoch = (n: number): EpochMetric => ({
  epoch: n,
  step: 5 * (n + 1),
  loss: { ner: 1 },
  dev: { ner: { name: 'spanF1', value: 80 } },
  trainSeconds: 1,
  evalSeconds: 1,
  best: n === 0,
})

function apiOver(path?: string) {
  const store = open(path)
  const api = openTestApi(store)
  onTestFinished(() => api.close())
  return { store, api }
}

describe('call', () => {
  it('answers from the store', async () => {
    const { store, api } = apiOver()
    const { id } = store.createRun({ ...newRun(), name: 'little' })
    expect(await api.call('runs.list', { search: 'LITT' })).toMatchObject({
      ok: true,
      value: [
        { id, name: 'little', status: 'created', interrupted: false, best: null },
      ] satisfies Partial<RunSummary>[],
    })
    expect(await api.call('runs.list', { search: 'nobody' })).toEqual({ ok: true, value: [] })
    expect(await api.call('studio.about', {})).toEqual({ ok: true, value: { version: '1.2.3', database: ':memory:' } })
  })

  it('gives a run with its trainings and their epochs', async () => {
    const { store, api } = apiOver()
    const { id: run } = store.createRun(newRun())
    const id = { phase: 'imp', task: 'ner', round: 0 } as const
    store.claimRun(run)
    store.commit(run, { id, start: { totalSteps: 10 }, epochs: [epoch(0), epoch(1)] })
    const reply = await api.call('runs.get', { run })
    expect(reply).toMatchObject({
      ok: true,
      value: { run: { id: run }, trainings: [{ id, state: 'running', epochs: [{ epoch: 0 }, { epoch: 1 }] }] },
    })
    // Sent as JSON.
    const { value } = reply as { ok: true; value: RunDetail }
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
  })

  it.each([
    ['runs.drop', {}, 'unknownRequest', 'There is no request "runs.drop".'],
    ['toString', {}, 'unknownRequest', 'There is no request'],
    ['runs.get', {}, 'badArguments', 'run'],
    ['runs.get', { run: 7 }, 'badArguments', 'expected string'],
    ['runs.get', { run: 'x', also: 1 }, 'badArguments', 'also'],
    ['runs.list', { limit: 1e9 }, 'badArguments', 'limit'],
    ['runs.list', null, 'badArguments', 'expected object'],
    ['runs.get', { run: 'nobody' }, 'missing', 'There is no run nobody.'],
  ])('%s with %j is refused: %s', async (name, args, code, message) => {
    expect(await apiOver().api.call(name, args)).toEqual({
      ok: false,
      error: { code, message: expect.stringContaining(message) as string },
    })
  })
})

it('notifies listeners when another process writes', async () => {
  const path = temporaryPath()
  const { store, api } = apiOver(path)
  const heard = vi.fn()
  const end = api.listen(heard)
  store.createRun(newRun())
  open(path).createRun(newRun())
  await vi.waitFor(() => expect(heard).toHaveBeenCalledExactlyOnceWith({ name: 'changed', data: {} }), PATIENCE_MS)
  end()
  const other = vi.fn()
  api.listen(other)
  open(path).createRun(newRun())
  await vi.waitFor(() => expect(other).toHaveBeenCalled(), PATIENCE_MS)
  expect(heard).toHaveBeenCalledOnce()
})
