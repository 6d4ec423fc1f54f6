/** Notes of runs, the pinned baseline, and the groups of runs that differ by seed alone. */
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dataset, newRun, open, temporaryPath } from './fixtures.ts'

describe('notes', () => {
  it('are kept with their version, and refuse a change of an older one', () => {
    const store = open()
    const { id } = store.createRun(newRun())
    expect(store.loadNotes(id)).toEqual({ text: '', version: 0 })
    expect(store.saveNotes(id, 'Started *well*.\nThen it diverged.', 0)).toBe(1)
    expect(() => store.saveNotes(id, 'another', 0)).toThrow(expect.objectContaining({ code: 'changed' }))
    expect(store.getRun(id).notes).toBe('Started *well*.\nThen it diverged.')
    expect(store.listSummaries()[0].notes).toBe('Started *well*.')
    expect(store.saveNotes(id, 'another', 1)).toBe(2)
    expect(store.saveNotes(id, 'another', 2)).toBe(2)
    expect(() => store.saveNotes('nobody', '', 0)).toThrow(expect.objectContaining({ code: 'missing' }))
    store.deleteRun(id)
    expect(store.loadNotes(id)).toEqual({ text: '', version: 0 })
  })

  it('travel with an archive, which does not bring a baseline', () => {
    const path = temporaryPath()
    const [here, there] = [open(path), open(join(dirname(path), 'there.db'))]
    const { id } = here.createRun(newRun())
    here.saveNotes(id, 'worth keeping', 0)
    here.pinBaseline(id)
    const archive = join(dirname(path), 'run.sparserun')
    here.archiveRun(id, archive, '1')
    there.unarchiveRun(archive)
    expect(there.getRun(id)).toMatchObject({ notes: 'worth keeping', pinned: false })
    // Notes are no part of what makes two runs the same.
    there.saveNotes(id, 'written here', 1)
    expect(there.unarchiveRun(archive)).toMatchObject({ outcome: 'present' })
    expect(there.getRun(id).notes).toBe('written here')
  })
})

describe('the baseline', () => {
  it('is one run, until it is unpinned or deleted', () => {
    const store = open()
    const [a, b] = ['a', 'b'].map((name) => store.createRun(newRun(name)).id)
    expect(store.pinnedBaseline()).toBeNull()
    store.pinBaseline(a)
    store.pinBaseline(b)
    expect(store.pinnedBaseline()).toEqual({ id: b, name: 'b' })
    expect(store.listSummaries().map(({ pinned }) => pinned)).toEqual([true, false])
    expect([a, b].map((id) => store.getRun(id).pinned)).toEqual([false, true])
    store.pinBaseline(null)
    expect(store.pinnedBaseline()).toBeNull()
    store.pinBaseline(b)
    store.deleteRun(b)
    expect(store.pinnedBaseline()).toBeNull()
    expect(() => store.pinBaseline(b)).toThrow(expect.objectContaining({ code: 'missing' }))
  })
})

describe('groups of runs', () => {
  const { config } = newRun()
  const group = (store: ReturnType<typeof open>, id: string) =>
    store.listSummaries().find((run) => run.id === id)!.group

  it('differ by seed and name alone: other settings and other data are another group, other paths are not', () => {
    const store = open()
    const made = (changes: Partial<typeof config>, hash = 'train') =>
      store.createRun(newRun('run', { config: { ...config, ...changes }, datasets: [dataset('train', hash)] })).id
    const corpora = { conll: { ...config.corpora.conll, train: 'elsewhere/train.txt' } }
    const ids = [
      made({}),
      made({ seed: 7, name: 'seven' }),
      made({ corpora }),
      made({ methods: ['hard'] }),
      made({}, 'others'),
    ]
    const [first, seed, path, settings, data] = ids.map((id) => group(store, id))
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    expect([seed, path]).toEqual([first, first])
    expect(new Set([first, settings, data]).size).toBe(3)
  })

  it('follow the data once it is read, and come with an archive', () => {
    const path = temporaryPath()
    const store = open(path)
    const [a, b] = [1, 2].map(
      (seed) => store.createRun(newRun('run', { config: { ...config, seed }, datasets: [] })).id,
    )
    expect(group(store, a)).toBe(group(store, b))
    store.claimRun(a)
    store.saveDatasets(a, [dataset('train')])
    store.setStatus(a, 'stopped')
    expect(group(store, a)).not.toBe(group(store, b))
    const archive = join(dirname(path), 'run.sparserun')
    store.archiveRun(a, archive, '1')
    const there = open(join(dirname(path), 'there.db'))
    there.unarchiveRun(archive)
    expect(group(there, a)).toBe(group(store, a))
  })
})
