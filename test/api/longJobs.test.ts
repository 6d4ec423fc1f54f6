/** Archives and exports in a thread: the results are those of this thread, and a cancelled one leaves no file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runLongJob } from '../../main/api/longJobs.ts'
import { newRun, open, temporaryPath } from '../store/fixtures.ts'

function withRun() {
  const database = temporaryPath()
  const store = open(database)
  const run = store.createRun(newRun('mine')).id
  return { store, run, folder: dirname(database), path: join(dirname(database), 'mine.sparserun') }
}

describe('a job in a thread', () => {
  it('writes an archive that can be imported elsewhere', async () => {
    const { store, run, path } = withRun()
    expect(await runLongJob(store, { type: 'archive', run, path, version: '1' })).toBeNull()
    const other = open(temporaryPath())
    expect(await runLongJob(other, { type: 'unarchive', path, asCopy: false })).toMatchObject({
      run,
      outcome: 'imported',
    })
    expect(other.getRun(run).name).toBe('mine')
  })

  it('throws errors with their code and message', async () => {
    const { store, path, folder } = withRun()
    await expect(runLongJob(store, { type: 'archive', run: 'none', path, version: '1' })).rejects.toMatchObject({
      code: 'missing',
    })
    await expect(runLongJob(store, { type: 'unarchive', path: folder, asCopy: false })).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('it is a folder') as string,
    })
    await expect(
      runLongJob(store, { type: 'export', what: { run: 'last', formats: ['npz'], version: '1' }, path }),
    ).rejects.toThrow(/no vocabulary|no trained network/)
  })

  it('ends when it is cancelled, and leaves nothing', async () => {
    const { store, run, path, folder } = withRun()
    const before = readdirSync(folder).toSorted()
    const controller = new AbortController()
    const job = runLongJob(store, { type: 'archive', run, path, version: '1' }, controller.signal)
    controller.abort()
    await expect(job).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(folder).toSorted()).toEqual(before)
    await expect(
      runLongJob(store, { type: 'archive', run, path, version: '1' }, AbortSignal.abort()),
    ).rejects.toMatchObject({ name: 'AbortError' })
    expect(existsSync(path)).toBe(false)
  })

  it('works with a database in memory, in this thread', async () => {
    const store = open()
    const run = store.createRun(newRun('mine')).id
    const { path } = withRun()
    await runLongJob(store, { type: 'archive', run, path, version: '1' })
    expect(readFileSync(path).subarray(0, 15).toString()).toBe('SQLite format 3')
  })
})
