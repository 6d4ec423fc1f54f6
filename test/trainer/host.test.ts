/** The host of trainings with processes that misbehave: none ends the program, and the run says why it failed. */
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { silentLog } from '../../shared/util/log.ts'
import { StoreError } from '../../main/store/errors.ts'
import type { Store } from '../../main/store/types.ts'
import { FailureRecorder } from '../../main/trainer/failureRecorder.ts'
import { TrainerHost } from '../../main/trainer/host.ts'
import type { FromTrainer, ToTrainer } from '../../main/trainer/messages.ts'
import type { TrainerProcess } from '../../main/trainer/types.ts'
import { newRun, open, temporaryPath } from '../store/fixtures.ts'
import { tinyConfig } from '../support/corpus.ts'
import { PATIENCE_MS } from '../support/patience.ts'

/** A process that does what a test says. */
class FakeProcess implements TrainerProcess {
  readonly received: ToTrainer[] = []
  killed = false
  private readonly messageListeners: ((message: FromTrainer) => void)[] = []
  private readonly ended = Promise.withResolvers<number | null>()
  send(message: ToTrainer): void {
    this.received.push(message)
    if (message.type === 'end' || message.type === 'stop') this.exit(0)
  }
  onMessage(listener: (message: FromTrainer) => void): void {
    this.messageListeners.push(listener)
  }
  onExit(listener: (code: number | null) => void): void {
    void this.ended.promise.then(listener)
  }
  kill(): void {
    this.killed = true
    this.exit(null)
  }
  stderrTail(): string {
    return ''
  }
  say(message: FromTrainer): void {
    for (const listener of this.messageListeners) listener(message)
  }
  exit(code: number | null): void {
    this.ended.resolve(code)
  }
}

function hostOf(store: Store, launch?: () => TrainerProcess, estimateTimeoutMs?: number) {
  const processes: FakeProcess[] = []
  const notify = vi.fn()
  const host = new TrainerHost({
    store,
    notify,
    ...(estimateTimeoutMs !== undefined && { estimateTimeoutMs }),
    launch:
      launch ??
      (() => {
        const process = new FakeProcess()
        processes.push(process)
        return process
      }),
  })
  onTestFinished(() => host.dispose())
  return { host, processes, notify }
}

describe('a run', () => {
  it('whose process could not store why it failed gets the reason once the database takes it', async () => {
    const store = open(temporaryPath())
    const run = store.createRun(newRun()).id
    const { host, processes } = hostOf(store)
    host.resume(run)
    store.claimRun(run)
    processes[0].say({ type: 'failed', code: 'locked', message: 'The database is locked.' })
    expect(host.active()).toEqual([])
    await vi.waitFor(
      () => expect(store.getRun(run)).toMatchObject({ status: 'failed', message: 'The database is locked.' }),
      PATIENCE_MS,
    )
  })

  it('that cannot be started leaves the queue with a warning, and the next one starts', () => {
    const store = open(temporaryPath())
    const [first, second] = [store.createRun(newRun()).id, store.createRun(newRun()).id]
    let calls = 0
    const { host, notify } = hostOf(store, () => {
      if (++calls === 1) throw new Error('spawn EAGAIN')
      return new FakeProcess()
    })
    host.resume(first)
    expect(host.active()).toEqual([])
    expect(notify.mock.calls.map(([message]) => JSON.stringify(message)).join()).toContain('spawn EAGAIN')
    host.resume(second)
    expect(host.active()).toMatchObject([{ run: second, state: 'running' }])
  })

  it('that was created but cannot be read back leaves no process waiting', async () => {
    const store = open(temporaryPath())
    const run = store.createRun(newRun()).id
    const broken = { ...store, getRun: () => { throw new StoreError('locked', 'locked') } } as Store // prettier-ignore
    const { host, processes } = hostOf(broken)
    const started = host.start(tinyConfig())
    processes[0].say({ type: 'ready', run, warnings: [] })
    await expect(started).rejects.toMatchObject({ code: 'locked' })
    expect(processes[0].received.at(-1)).toEqual({ type: 'stop' })
  })
})

describe('an estimate', () => {
  it('that hangs ends after its time, and the next one is measured', async () => {
    const { host, processes } = hostOf(open(temporaryPath()), undefined, 500)
    await expect(host.estimate(tinyConfig())).rejects.toMatchObject({ code: 'timeout' })
    expect(processes[0].killed).toBe(true)
    const next = host.estimate(tinyConfig())
    await vi.waitFor(() => expect(processes).toHaveLength(2), PATIENCE_MS)
    processes[1].say({ type: 'failed', code: 'badData', message: 'no' })
    await expect(next).rejects.toMatchObject({ code: 'badData' })
  })

  it('is cancelled while it runs and while it waits', async () => {
    const { host, processes } = hostOf(open(temporaryPath()))
    const [running, waiting] = [new AbortController(), new AbortController()]
    const first = host.estimate(tinyConfig(), running.signal)
    const second = host.estimate(tinyConfig(), waiting.signal)
    await vi.waitFor(() => expect(processes).toHaveLength(1), PATIENCE_MS)
    waiting.abort()
    // At once, not when its turn comes.
    await expect(second).rejects.toMatchObject({ code: 'cancelled' })
    running.abort()
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    expect(processes.map(({ killed }) => killed)).toEqual([true])
  })
})

describe('the reason of a failure', () => {
  const recorder = (store: Partial<Store>, recorded = () => {}) => {
    const failures = new FailureRecorder(store as Store, silentLog, recorded, 1)
    onTestFinished(() => failures.dispose())
    return failures
  }

  it('is stored again until the database takes it', async () => {
    let attempts = 0
    const setStatus = vi.fn(() => {
      if (++attempts < 4) throw new StoreError(attempts === 1 ? 'locked' : 'diskFull', 'not now')
    })
    const recorded = vi.fn()
    recorder({ getRun: () => ({ status: 'running' }) as never, setStatus }, recorded).record('r', 'why')
    await vi.waitFor(() => expect(recorded).toHaveBeenCalledOnce(), PATIENCE_MS)
    expect(setStatus.mock.calls.at(-1)).toEqual(['r', 'failed', 'why'])
    expect(attempts).toBe(4)
  })

  it('does not replace what the process stored itself, and is given up where the run is gone', () => {
    const setStatus = vi.fn()
    recorder({ getRun: () => ({ status: 'stopped' }) as never, setStatus }).record('r', 'why')
    expect(setStatus).not.toHaveBeenCalled()
    const getRun = vi.fn(() => {
      throw new StoreError('missing', 'gone')
    })
    recorder({ getRun, setStatus }).record('r', 'why')
    expect(getRun).toHaveBeenCalledOnce()
  })
})
