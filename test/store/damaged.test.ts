/** Rows that are damaged: the one run says so, and every other run can be used. */
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { ProcessStarts, parseOwner } from '../../main/store/owner.ts'
import { openStudioOn } from '../support/studio.ts'
import { joint, newRun, open, result, round, steps, temporaryPath } from './fixtures.ts'

function withRuns() {
  const path = temporaryPath()
  const store = open(path)
  const [good, bad] = [store.createRun(newRun('good')).id, store.createRun(newRun('bad')).id]
  store.claimRun(bad)
  store.commit(bad, { id: round(0), start: { totalSteps: 3 }, steps: steps(0, 3), result })
  store.setStatus(bad, 'finished')
  const change = (sql: string) => {
    const db = new Database(path)
    db.prepare(sql).run({ bad })
    db.close()
  }
  return { path, store, good, bad, change }
}

describe('a run with a damaged row', () => {
  it.each([
    ['settings that are no JSON', `UPDATE runs SET config = '{' WHERE id = @bad`],
    ['settings that are no object', `UPDATE runs SET config = '[]' WHERE id = @bad`],
    ['settings of other types', `UPDATE runs SET config = json_set(config, '$.methods', 3) WHERE id = @bad`],
    [
      'a setting out of range',
      `UPDATE runs SET digest = NULL, config = json_set(config, '$.seed', -1) WHERE id = @bad`,
    ],
    [
      'tasks that are a list',
      `UPDATE runs SET digest = '', config = json_set(config, '$.tasks', json('[1]')) WHERE id = @bad`,
    ],
    ['an unknown status', `UPDATE runs SET status = 'odd' WHERE id = @bad`],
    ['a report that is no report', `UPDATE runs SET digest = NULL, report = '{"tickets":5}' WHERE id = @bad`],
    ['an environment that is none', `UPDATE environments SET record = 'x' WHERE @bad <> ''`],
  ])('with %s is shown as damaged, and can be archived and deleted', async (what, sql) => {
    const { path, store, good, bad, change } = withRuns()
    change(sql)
    const shared = what.startsWith('an environment')
    const summaries = store.listSummaries()
    expect(summaries.map(({ id }) => id)).toEqual([bad, good])
    if (!shared) {
      expect(summaries[0].damaged).toMatch(/of the run cannot be read, it is damaged/)
      expect(summaries[1].damaged).toBeNull()
      expect(store.listRuns().map(({ id }) => id)).toEqual([good])
      expect(store.listSummaries({ search: 'bad' }).map(({ id }) => id)).toEqual([bad])
    }
    expect(() => store.getRun('bad')).toThrow(expect.objectContaining({ code: 'damaged' }))
    const studio = openStudioOn(store)
    expect(await studio.refusal('runs.get', { run: bad })).toMatchObject({ code: 'damaged' })
    expect(await studio.ask('runs.archive', { run: bad })).toMatchObject({ name: `bad-${bad}.sparserun` })
    const archive = join(dirname(path), 'bad.sparserun')
    store.archiveRun(bad, archive, '1')
    expect(existsSync(archive)).toBe(true)
    expect(() => open().unarchiveRun(archive)).toThrow(expect.objectContaining({ code: 'damaged' }))
    await studio.ask('runs.delete', { run: bad })
    expect(store.listSummaries().map(({ id }) => id)).toEqual([good])
  })

  it.each([
    ['an owner that is no JSON', `UPDATE runs SET status = 'running', owner = '{' WHERE id = @bad`],
    ['an owner without a process', `UPDATE runs SET status = 'running', owner = '{"host":"x"}' WHERE id = @bad`],
  ])('with %s counts as interrupted', (_what, sql) => {
    const { store, bad, change } = withRuns()
    change(sql)
    expect(store.getRun(bad)).toMatchObject({ status: 'running', interrupted: true })
    expect(store.listSummaries()[0]).toMatchObject({ interrupted: true })
    store.deleteRun(bad)
  })

  it.each([
    ['a result', `UPDATE trainings SET result = '[]' WHERE run = @bad`],
    ['a phase', `UPDATE trainings SET phase = 'odd' WHERE run = @bad`],
  ])('with a training whose %s is damaged names it', (_what, sql) => {
    const { store, bad, change } = withRuns()
    change(sql)
    expect(() => store.trainings(bad)).toThrow(expect.objectContaining({ code: 'damaged' }))
    store.deleteRun(bad)
  })
})

it('writes nothing to a database that was removed or replaced while it was open', () => {
  const { path, store, good } = withRuns()
  rmSync(path)
  expect(() => store.addTags(good, ['x'])).toThrow(/was removed or replaced while it was open/)
  open(path)
  expect(() => store.addTags(good, ['x'])).toThrow(expect.objectContaining({ code: 'io' }))
  expect(() => store.commit(good, { id: joint, start: { totalSteps: 1 } })).toThrow(/restore the file/)
})

describe('the start time of a process', () => {
  it('is looked up in the background, and kept for a while', async () => {
    let now = 0
    let lookUps = 0
    const starts = new ProcessStarts(
      async (pid) => (lookUps++, `started ${pid}`),
      () => now,
    )
    expect(starts.of(7)).toBeUndefined()
    await expect.poll(() => starts.of(7)).toBe('started 7')
    for (let n = 0; n < 100; n++) starts.of(7)
    expect(lookUps).toBe(1)
    now = 60_000
    // The known time is used until the new one arrives.
    expect(starts.of(7)).toBe('started 7')
    expect(lookUps).toBe(2)
  })

  it('is not read from an owner that is damaged', () => {
    expect(parseOwner('{"host":"h","pid":1,"started":"s"}')).toEqual({ host: 'h', pid: 1, started: 's' })
    for (const text of [null, '', '{}', '{"host":"h","pid":-1}', '{"host":1,"pid":1}'])
      expect(parseOwner(text)).toBeNull()
  })
})
