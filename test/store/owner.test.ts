import { spawn } from 'node:child_process'
import { once } from 'node:events'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SILENCE_SECONDS, isAlive, sameOwner, thisProcess, type Owner } from '../../main/store/owner.ts'
import { newRun, open, round, temporaryPath } from './fixtures.ts'

const now = 1_800_000_000_000
const elsewhere: Owner = { host: 'another-machine', pid: 1, started: 'x' }

describe('isAlive', () => {
  it('recognises this process, and that an earlier one with its id has ended', () => {
    const self = thisProcess()
    expect(isAlive(self, 0)).toBe(true)
    expect(isAlive({ ...self, started: 'earlier' }, Date.now())).toBe(false)
    expect(sameOwner(self, { ...self })).toBe(true)
    expect(sameOwner(self, { ...self, started: 'earlier' })).toBe(false)
  })

  it('follows another process of this machine to its end', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    onTestFinished(() => void child.kill('SIGKILL'))
    const unknownStart: Owner = { ...thisProcess(), pid: child.pid!, started: null }
    expect(isAlive(unknownStart, 0)).toBe(true)
    // The id is in use by a process that started at another time.
    expect(isAlive({ ...unknownStart, started: 'earlier' }, 0)).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(unknownStart, Date.now())).toBe(false)
  })

  it('uses the heartbeat for other machines', () => {
    expect(isAlive(elsewhere, now - SILENCE_SECONDS * 1000 + 1, now)).toBe(true)
    expect(isAlive(elsewhere, now - SILENCE_SECONDS * 1000, now)).toBe(false)
  })
})

describe('a run taken over', () => {
  /** A run claimed here, and a function that changes its owner directly in the database. */
  function claimed() {
    const path = temporaryPath()
    const store = open(path)
    const { id: run } = store.createRun(newRun())
    store.claimRun(run)
    const db = new Database(path)
    onTestFinished(() => void db.close())
    const give = (owner: Owner | null, heardAt: number) =>
      db.prepare('UPDATE runs SET owner = ?, heard_at = ?').run(owner === null ? null : JSON.stringify(owner), heardAt)
    return { store, run, give }
  }

  it('is not written by the process that slept meanwhile, also after it is finished', () => {
    const { store, run, give } = claimed()
    const commit = () => store.commit(run, { id: round(0), start: { totalSteps: 1 } })
    give(elsewhere, Date.now())
    expect(commit).toThrow(
      `Run ${run} is no longer this process's: process 1 on another-machine took over. Nothing more is written to it.`,
    )
    expect(() => store.setStatus(run, 'finished')).toThrow(
      /cannot be set to finished: process 1 on another-machine is working on it/,
    )
    give(null, 0)
    expect(commit).toThrow(/another process ended it/)
    expect(store.trainings(run)).toEqual([])
    store.claimRun(run)
    commit()
  })

  it('can be claimed again from a machine that went silent', () => {
    const { store, run, give } = claimed()
    give(elsewhere, Date.now())
    expect(() => store.claimRun(run)).toThrow(expect.objectContaining({ code: 'owned' }))
    expect(() => store.deleteRun(run)).toThrow(expect.objectContaining({ code: 'owned' }))
    give(elsewhere, Date.now() - SILENCE_SECONDS * 1000)
    expect(store.getRun(run).interrupted).toBe(true)
    expect(store.claimRun(run).interrupted).toBe(false)
  })
})
