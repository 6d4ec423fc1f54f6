/**
 * Errors in event handlers, timers and at the end of things: each fails the run with its reason, and nothing stored is
 * lost.
 */
import Database from 'better-sqlite3'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { backendOrder } from '../../main/devices/ranking.ts'
import { withPathsFrom } from '../../main/config/paths.ts'
import { estimateExperiment } from '../../main/experiment/estimate.ts'
import { causeOf } from '../../main/experiment/failureCause.ts'
import { startHeartbeat } from '../../main/experiment/heartbeat.ts'
import { runExperiment } from '../../main/experiment/lifecycle.ts'
import { WorkerPool } from '../../main/experiment/pool.ts'
import { roundSpec } from '../../main/experiment/specs.ts'
import { networkShape } from '../../main/nn/initialWeights.ts'
import { prunableLayers } from '../../main/nn/parameters.ts'
import { openStore, StoreError, type Store } from '../../main/store/index.ts'
import { RunControl, TrainingDivergedError, TrainingStoppedError } from '../../main/training/control.ts'
import { ones } from '../../shared/network/mask.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import { FASTEST } from '../support/backends.ts'
import { corpusFiles, folderOf, loadTiny, tinyConfig } from '../support/corpus.ts'
import { created, expectSameOutcome, finished, outcomeOf, runSession } from '../support/experiments.ts'

const config = tinyConfig({ methods: ['single', 'sparse'], imp: { epochs: 3, maxRounds: 1 } })
const full = (what: string) => new StoreError('diskFull', `no space left: ${what}`)

/** A store that fails when told to, and works again afterwards. */
function fragile(store: Store, failures: Partial<Record<keyof Store, (...args: never[]) => void>>): Store {
  const wrapped: Record<string, unknown> = { ...store }
  for (const [name, fail] of Object.entries(failures)) {
    const works = store[name as keyof Store] as (...args: unknown[]) => unknown
    wrapped[name] = (...args: never[]) => {
      fail(...args)
      return works(...args)
    }
  }
  return wrapped as unknown as Store
}

function session(store: Store, runId: string): { events: RunEvent[]; end: Promise<string> } {
  const events: RunEvent[] = []
  const end = runExperiment(store, runId, {
    control: new RunControl(),
    checkpointSeconds: 0.02,
    onEvent: (event) => void events.push(event),
  })
  return { events, end }
}

describe('a store error in mid-training', () => {
  it.each(['steps', 'epochs', 'checkpoint', 'result'] as const)(
    'while it records %s fails the run with the reason; the run resumes to the same bits',
    async (part) => {
      const whole = outcomeOf(await finished(config))
      const experiment = await created(config)
      let commits = 0
      const store = fragile(experiment.store, {
        commit: (_run: string, commit: Parameters<Store['commit']>[1]) => {
          const has = part === 'steps' ? (commit.steps ?? []).length > 0 : commit[part] !== undefined
          if (has && ++commits > 1) throw full(part)
        },
      })
      const { events, end } = session(store, experiment.runId)
      await expect(end).rejects.toThrow(`no space left: ${part}`)
      expect(experiment.store.getRun(experiment.runId)).toMatchObject({
        status: 'failed',
        message: `no space left: ${part}`,
      })
      expect(events.at(-1)).toEqual({ type: 'status', status: 'failed', message: `no space left: ${part}` })
      expect((await runSession(experiment)).end).toBe('finished')
      expectSameOutcome(outcomeOf(experiment), whole)
    },
  )

  it('in a database that may grow no further leaves it whole: it resumes once there is space', async () => {
    const whole = outcomeOf(await finished(config))
    const experiment = await created(config)
    const { store, database, runId } = experiment
    store.close()
    // Migrations leave free pages, which a database that may not grow can still use.
    const raw = new Database(database)
    raw.exec('VACUUM')
    raw.close()
    const limited = openStore(database, { maxBytes: 4096 })
    await expect(session(limited, runId).end).rejects.toThrow(/no space left for it/)
    limited.close()
    const again = { ...experiment, store: openStore(database) }
    expect(again.store.getRun(runId).status).not.toBe('finished')
    expect((await runSession(again)).end).toBe('finished')
    expectSameOutcome(outcomeOf(again), whole)
    again.store.close()
  })

  it('that also prevents recording the end is reported, with the first reason', async () => {
    const experiment = await created(config)
    const store = fragile(experiment.store, {
      commit: () => {
        throw full('commit')
      },
      setStatus: () => {
        throw full('status')
      },
    })
    const { events, end } = session(store, experiment.runId)
    await expect(end).rejects.toThrow('no space left: commit')
    expect(events.slice(-2)).toEqual([
      { type: 'warning', message: 'The end of the run could not be recorded: no space left: status' },
      { type: 'status', status: 'failed', message: 'no space left: commit' },
    ])
  })

  it('waits for a locked database to record the end', async () => {
    const experiment = await created(config)
    let left = 3
    const store = fragile(experiment.store, {
      commit: () => {
        throw new StoreError('locked', 'locked for too long')
      },
      setStatus: () => {
        if (left-- > 0) throw new StoreError('locked', 'locked for too long')
      },
    })
    await expect(session(store, experiment.runId).end).rejects.toThrow('locked for too long')
    expect(experiment.store.getRun(experiment.runId)).toMatchObject({
      status: 'failed',
      message: 'locked for too long',
    })
  })

  it('in the listener of events fails the run too', async () => {
    const experiment = await created(config)
    let closed = false
    await expect(
      runSession(experiment, {
        onEvent: ({ type }) => {
          closed ||= type === 'epoch'
          if (closed) throw new Error(`the pipe is closed: ${type}`)
        },
      }),
    ).rejects.toThrow('the pipe is closed: epoch')
    expect(experiment.store.getRun(experiment.runId)).toMatchObject({
      status: 'failed',
      message: 'the pipe is closed: epoch',
    })
  })
})

describe('the heartbeat', () => {
  const beating = (heartbeat: () => void) => {
    const ended = Promise.withResolvers<Error>()
    const { stop } = startHeartbeat({ heartbeat }, 'run', { pausedMs: 0 }, ended.resolve, 1)
    return { stop, ended: ended.promise }
  }

  it('goes on after a lock, ends with any other error, and never throws', async () => {
    let beats = 0
    const { stop, ended } = beating(() => {
      if (++beats === 2) throw new StoreError('locked', 'locked')
      if (beats > 4) throw new StoreError('owned', 'process 7 took over')
    })
    expect((await ended).message).toBe('process 7 took over')
    expect(beats).toBe(5)
    expect(stop).not.toThrow()
  })

  it('that fails ends the run with its reason, the trainings at a checkpoint', async () => {
    const experiment = await created(tinyConfig({ methods: ['hard'], joint: { epochs: 1_000_000 } }))
    const store = fragile(experiment.store, {
      heartbeat: () => {
        throw new StoreError('readOnly', 'the database became read-only')
      },
    })
    await expect(session(store, experiment.runId).end).rejects.toThrow('the database became read-only')
    expect(experiment.store.getRun(experiment.runId)).toMatchObject({
      status: 'failed',
      message: 'the database became read-only',
    })
    expect(experiment.store.trainings(experiment.runId)).toMatchObject([{ checkpoint: expect.anything() }])
  })
})

describe('the training threads', () => {
  it('end with their pool: a job that is queued while it closes, or later, is rejected and starts none', async () => {
    const { data } = await loadTiny(config)
    const setup = {
      data,
      backend: FASTEST.name as BackendName,
      modules: [],
      control: new RunControl().shared,
      checkpointSeconds: 9,
    }
    const pool = new WorkerPool(setup, 2)
    const spec = roundSpec(
      config,
      data,
      { phase: 'imp', task: 'pos', round: 0 },
      ones(prunableLayers(networkShape(config.model, data))),
    )
    const job = () => pool.run({ type: 'train', spec, start: null, checkpoint: null })
    const running = job()
    await turn()
    const [waiting, closed] = [job(), pool.close()]
    for (const end of await Promise.allSettled([running, waiting, job()]))
      expect(end).toMatchObject({ status: 'rejected', reason: expect.any(TrainingStoppedError) })
    await closed
    await expect(job()).rejects.toThrow(TrainingStoppedError)
    expect((pool as unknown as { workers: Set<unknown> }).workers.size).toBe(0)
  })
})

describe('the cause of a failed job', () => {
  it.each([
    [new TrainingDivergedError('The loss became NaN'), 'settings'],
    [new RangeError('The weights lack head.pos.W.'), 'settings'],
    [new RangeError('Array buffer allocation failed'), 'memory'],
    [new Error('std::bad_alloc'), 'memory'],
    [new Error('OOM when allocating tensor with shape[1024,1024]'), 'memory'],
    [new Error('device lost: out of memory'), 'backend'],
    [new TypeError('x is not a function'), 'backend'],
    ['a string', 'backend'],
  ] as const)('%s: %s', (error, cause) => {
    expect(causeOf(error)).toBe(cause)
  })
})

describe('the time estimate', () => {
  const settings = () => withPathsFrom(config, folderOf(corpusFiles()), '')
  const order = backendOrder(openStore(':memory:'), 4)

  it('is given up after its time', async () => {
    await expect(estimateExperiment(settings(), order, { timeoutSeconds: 0 })).rejects.toThrow(
      'The time estimate was given up after 0 seconds.',
    )
  })

  it.each(['before it starts', 'while it measures'])('ends with the reason of its signal: %s', async (when) => {
    const controller = new AbortController()
    if (when === 'before it starts') controller.abort(new Error('nobody waits for it'))
    const estimate = estimateExperiment(settings(), order, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('nobody waits for it')), 1000)
    await expect(estimate).rejects.toThrow('nobody waits for it')
  })

  it('comes where nothing aborts it', async () => {
    const { signal } = new AbortController()
    expect((await estimateExperiment(settings(), order, { signal })).seconds).toBeGreaterThan(0)
  })
})
