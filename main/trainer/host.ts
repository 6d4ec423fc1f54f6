/**
 * The runs that this program trains: one at a time, the others are queued in order. Each session trains in a process of
 * its own. If the process dies, the run can be resumed from what the store has.
 */
import type { EventMessage } from '../../shared/protocol/api.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { ActiveRun, Estimate } from '../../shared/protocol/requests/training.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import { DisposableStore, repeat, type Disposable } from '../../shared/util/disposable.ts'
import { silentLog, type Log } from '../../shared/util/log.ts'
import { backendOrder } from '../devices/ranking.ts'
import type { Store } from '../store/types.ts'
import { FailureRecorder } from './failureRecorder.ts'
import { HostedRun } from './hostedRun.ts'
import type { FromTrainer } from './messages.ts'
import { probeBackends } from './probeBackends.ts'
import { ProcessPool } from './processPool.ts'
import { firstAnswer, TrainerError } from './request.ts'
import type { LaunchTrainer, TrainerProcess } from './types.ts'

/** Milliseconds between two progress events. */
const PROGRESS_MS = 1000
/** A measurement takes seconds, reading large corpora before it some more. */
const ESTIMATE_TIMEOUT_MS = 5 * 60_000

export interface HostOptions {
  /** The processes open its file themselves. */
  store: Store
  launch: LaunchTrainer
  notify(message: EventMessage): void
  log?: Log
  estimateTimeoutMs?: number
}

export class TrainerHost implements Disposable {
  private readonly options: HostOptions
  private readonly log: Log
  /** By run id, in the order in which they train. */
  private readonly runs = new Map<string, HostedRun>()
  private readonly pool: ProcessPool
  private readonly failures: FailureRecorder
  private readonly owned = new DisposableStore()
  private progressTimer: Disposable | null = null
  /** Settles when the last measurement is done. */
  private measuring: Promise<unknown> = Promise.resolve()

  constructor(options: HostOptions) {
    this.options = options
    this.log = options.log ?? silentLog
    this.pool = new ProcessPool(options.launch)
    this.failures = this.owned.add(
      new FailureRecorder(options.store, this.log, () => options.notify({ name: 'changed', data: {} })),
    )
  }

  /**
   * Checks the data, creates the run, and trains it as soon as the runs before it are done. Throws a TrainerError with
   * the code of what the check finds.
   */
  async start(config: ExperimentConfig, tags: string[] = []): Promise<{ run: string; warnings: string[] }> {
    const database = this.database()
    const process = this.pool.launch()
    const { run, warnings } = await firstAnswer(process, { type: 'create', database, config, tags }, 'ready')
    try {
      const hosted = this.enqueue(this.options.store.getRun(run))
      if (this.current() !== null) process.send({ type: 'stop' })
      else this.begin(hosted, process)
    } catch (error) {
      // The run is created and can be resumed; its process would otherwise wait for `go` for ever.
      process.send({ type: 'stop' })
      throw error
    }
    this.notifyActive()
    return { run, warnings }
  }

  /**
   * Queues a run to be resumed, on another backend where one is named. Throws a TrainerError where there is nothing to
   * resume, a StoreError where another process works on it.
   */
  resume(reference: string, backend?: BackendName): void {
    const record = this.options.store.getRun(reference)
    if (this.runs.has(record.id)) throw new TrainerError('owned', `Run ${record.id} is in training here already.`)
    if (record.status === 'finished')
      throw new TrainerError('finished', `Run ${record.id} is finished: there is nothing to resume.`)
    this.options.store.requireFree(record.id)
    this.database()
    this.pool.requireOpen()
    this.enqueue(record).backend = backend
    this.next()
    this.notifyActive()
  }

  pause(reference: string): void {
    const hosted = this.find(reference)
    if (hosted.state === 'paused') return
    if (hosted.state !== 'running')
      throw new TrainerError('notRunning', `Run ${hosted.run} cannot be paused: it is ${hosted.state}.`)
    hosted.process!.send({ type: 'pause' })
    hosted.clock.pause()
    this.setState(hosted, 'paused')
  }

  unpause(reference: string): void {
    const hosted = this.find(reference)
    if (hosted.state === 'running') return
    if (hosted.state !== 'paused')
      throw new TrainerError('notRunning', `Run ${hosted.run} cannot be continued: it is ${hosted.state}.`)
    hosted.process!.send({ type: 'unpause' })
    hosted.clock.unpause()
    this.setState(hosted, 'running')
  }

  /** Asks for a stop at a checkpoint; a queued run leaves the queue. */
  stop(reference: string): void {
    const hosted = this.find(reference)
    if (hosted.process === null) return this.remove(hosted)
    hosted.process.send({ type: 'stop' })
    hosted.clock.unpause()
    this.setState(hosted, 'stopping')
  }

  /** Shows a new name of a run. */
  rename(run: string, name: string): void {
    const hosted = this.runs.get(run)
    if (hosted === undefined) return
    hosted.name = name
    this.notifyActive()
  }

  /** Throws a TrainerError where the run trains or is queued here: the store knows nothing about queued runs. */
  requireInactive(run: string): void {
    const hosted = this.runs.get(run)
    if (hosted !== undefined)
      throw new TrainerError('owned', `Run ${run} cannot be deleted: it is ${hosted.state} here. Stop it first.`)
  }

  active(): ActiveRun[] {
    return [...this.runs.values()].map((hosted) => hosted.view())
  }

  /**
   * Measures one config at a time, because two measurements would disturb each other. A training run continues
   * meanwhile, and the answer says so with `busy`. Throws a TrainerError: what the check of the data finds,
   * 'cancelled', 'timeout'.
   */
  estimate(config: ExperimentConfig, signal?: AbortSignal): Promise<Estimate> {
    return this.measure(async () => {
      const busy = this.current()?.state === 'running'
      const order = backendOrder(this.options.store, config.optimizer.batchSize)
      const { estimate } = await firstAnswer(this.pool.launch(), { type: 'estimate', config, order }, 'estimate', {
        signal,
        timeoutMs: this.options.estimateTimeoutMs ?? ESTIMATE_TIMEOUT_MS,
      })
      return { ...estimate, busy }
    }, signal)
  }

  /** Probes a backend in a process of its own after the measurements before it, and stores the result. */
  probe(backend: BackendName, measure: boolean, signal?: AbortSignal): Promise<void> {
    this.pool.requireOpen()
    return this.measure(async () => {
      const launch: LaunchTrainer = (options) => this.pool.launch(options)
      await probeBackends(this.options.store, launch, { measure, backends: [backend] })
    }, signal)
  }

  /**
   * Stops all runs at a checkpoint and waits until their processes have ended, killed if need be. Queued runs stay as
   * they are.
   */
  async dispose(): Promise<void> {
    for (const hosted of [...this.runs.values()]) if (hosted.process === null) this.remove(hosted)
    await this.pool.dispose()
    await this.owned.dispose()
  }

  /** Runs `work` after the measurements before it, unless it is cancelled by then. */
  private measure<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const answer = this.measuring.then(() => {
      if (signal?.aborted) throw new TrainerError('cancelled', 'The request was cancelled.')
      return work()
    })
    this.measuring = answer.catch(() => {})
    return signal === undefined ? answer : Promise.race([answer, aborted(signal)])
  }

  private enqueue(record: RunRecord): HostedRun {
    const hosted = new HostedRun(record, this.options.store.trainings(record.id), () => performance.now())
    this.runs.set(hosted.run, hosted)
    return hosted
  }

  /** The run that has a process. */
  private current(): HostedRun | null {
    return [...this.runs.values()].find(({ process }) => process !== null) ?? null
  }

  /**
   * Starts the first queued run if none trains. Called from event handlers: an error ends that run's session, not the
   * program.
   */
  private next(): void {
    const [queued] = this.runs.values()
    if (queued === undefined || this.pool.isClosing || this.current() !== null) return
    try {
      const process = this.pool.launch()
      process.send({ type: 'open', database: this.database(), run: queued.run, backend: queued.backend })
      this.begin(queued, process)
    } catch (error) {
      this.log.error(`run ${queued.run} could not be started`, error)
      this.endSession(queued, `Run ${queued.run} could not be started: ${(error as Error).message}`)
    }
  }

  private begin(hosted: HostedRun, process: TrainerProcess): void {
    hosted.process = process
    hosted.state = 'running'
    process.onMessage((message) => this.onMessage(hosted, process, message))
    process.onExit((code) => {
      const how = code === null ? 'it was killed' : `code ${code}`
      this.endSession(
        hosted,
        `The process that trained run ${hosted.run} ended unexpectedly (${how}). ` +
          'Everything up to its last checkpoint is kept; resume the run.',
      )
    })
    process.send({ type: 'go' })
  }

  private onMessage(hosted: HostedRun, process: TrainerProcess, message: FromTrainer): void {
    if (message.type === 'done') this.endSession(hosted, null)
    if (message.type === 'failed') {
      this.log.error(`run ${hosted.run} failed: ${message.message}`, { stack: message.stack })
      // While its process lives, the run is the process's to write.
      process.onExit(() => this.failures.record(hosted.run, message.message))
      this.endSession(hosted, message.message)
    }
    if (message.type !== 'event') return
    hosted.take(message.event)
    this.options.notify({ name: 'run', data: { run: hosted.run, event: message.event } })
  }

  /** Ends a session once: with the last message of its process, or with its exit where that comes first. */
  private endSession(hosted: HostedRun, problem: string | null): void {
    if (this.runs.get(hosted.run) !== hosted) return
    if (problem !== null) {
      this.log.warn(problem)
      this.options.notify({ name: 'run', data: { run: hosted.run, event: { type: 'warning', message: problem } } })
    }
    this.runs.delete(hosted.run)
    // Before the notification, so that the next run is shown as running, not as queued.
    this.next()
    this.notifyActive()
    // A killed process writes nothing, yet its run is interrupted from now on.
    this.options.notify({ name: 'changed', data: {} })
  }

  private remove(hosted: HostedRun): void {
    this.runs.delete(hosted.run)
    this.notifyActive()
  }

  private setState(hosted: HostedRun, state: HostedRun['state']): void {
    hosted.state = state
    this.notifyActive()
  }

  private notifyActive(): void {
    this.options.notify({ name: 'active', data: this.active() })
    if (this.runs.size > 0) this.progressTimer ??= this.owned.add(repeat(() => this.notifyActive(), PROGRESS_MS))
    else if (this.progressTimer !== null) {
      void this.progressTimer.dispose()
      this.owned.delete(this.progressTimer)
      this.progressTimer = null
    }
  }

  /** Throws a TrainerError where the run is not in training here, a StoreError where it does not exist. */
  private find(reference: string): HostedRun {
    const { id } = this.options.store.getRun(reference)
    const hosted = this.runs.get(id)
    if (hosted === undefined) throw new TrainerError('notActive', `Run ${id} is not in training here.`)
    return hosted
  }

  private database(): string {
    const { path } = this.options.store
    if (path === ':memory:')
      throw new TrainerError('noFile', 'Training needs a database in a file, because another process writes to it.')
    return path
  }
}

/** Rejects when the signal aborts, so that a request that waits for its turn ends at once. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new TrainerError('cancelled', 'The request was cancelled.'))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
