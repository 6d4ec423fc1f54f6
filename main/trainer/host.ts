/**
 * The runs that this program trains: one at a time, the others wait their turn in order. Each trains in a process of its own,
 * which lasts as long as its sitting; if it dies, its run is left as the store has it, and can go on.
 */
import type { EventMessage } from '../../shared/protocol/api.ts'
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { ActiveRun, Estimate } from '../../shared/protocol/requests/training.ts'
import type { RunRecord } from '../../shared/runs/records.ts'
import { backendOrder } from '../devices/ranking.ts'
import type { Store } from '../store/types.ts'
import { ProcessPool } from './processPool.ts'
import { HostedRun } from './hostedRun.ts'
import type { FromTrainer } from './messages.ts'
import { probeBackends } from './probeBackends.ts'
import { firstAnswer, TrainerError } from './request.ts'
import type { LaunchTrainer, TrainerProcess } from './types.ts'

/** Progress is told this often, in milliseconds. */
const TELL_MS = 1000

export interface HostOptions {
  /** The children open its file anew. */
  store: Store
  launch: LaunchTrainer
  tell(message: EventMessage): void
}

export class TrainerHost {
  private readonly options: HostOptions
  /** By run, in the order of their turns. */
  private readonly runs = new Map<string, HostedRun>()
  private readonly crew: ProcessPool
  private teller: NodeJS.Timeout | null = null
  /** Settles when the last measurement asked for is done. */
  private measuring: Promise<unknown> = Promise.resolve()

  constructor(options: HostOptions) {
    this.options = options
    this.crew = new ProcessPool(options.launch)
  }

  /** Has the data checked and the run recorded, and trains it when its turn comes. Throws what the check finds: a TrainerError with its code. */
  async start(config: ExperimentConfig): Promise<{ run: string; warnings: string[] }> {
    const { store } = this.options
    const database = this.database()
    const process = this.crew.launch()
    const { run, warnings } = await firstAnswer(process, { type: 'create', database, config }, 'ready')
    const hosted = this.enter(store.getRun(run))
    if (this.current() !== null) process.send({ type: 'stop' })
    else this.begin(hosted, process)
    this.tellActive()
    return { run, warnings }
  }

  /** Lets a run go on when its turn comes, on another backend where one is named. Throws a TrainerError where there is nothing to go on with, a StoreError where another process works on it. */
  resume(reference: string, backend?: BackendName): void {
    const record = this.options.store.getRun(reference)
    if (this.runs.has(record.id)) throw new TrainerError('owned', `Run ${record.id} is in training here already.`)
    if (record.status === 'finished')
      throw new TrainerError('finished', `Run ${record.id} is finished: there is nothing to go on with.`)
    this.options.store.requireFree(record.id)
    this.database()
    this.crew.requireOpen()
    this.enter(record).backend = backend
    this.next()
    this.tellActive()
  }

  pause(reference: string): void {
    const hosted = this.find(reference)
    if (hosted.state === 'paused') return
    if (hosted.state !== 'running')
      throw new TrainerError('notRunning', `Run ${hosted.run} cannot be paused: it is ${hosted.state}.`)
    hosted.process!.send({ type: 'pause' })
    hosted.clock.pause()
    this.change(hosted, 'paused')
  }

  unpause(reference: string): void {
    const hosted = this.find(reference)
    if (hosted.state === 'running') return
    if (hosted.state !== 'paused')
      throw new TrainerError('notRunning', `Run ${hosted.run} cannot go on now: it is ${hosted.state}.`)
    hosted.process!.send({ type: 'unpause' })
    hosted.clock.unpause()
    this.change(hosted, 'running')
  }

  /** Asks for a stop at a checkpoint; a run that waits is taken out of the queue. */
  stop(reference: string): void {
    const hosted = this.find(reference)
    if (hosted.process === null) return this.remove(hosted)
    hosted.process.send({ type: 'stop' })
    hosted.clock.unpause()
    this.change(hosted, 'stopping')
  }

  /** The run has another name from now on. */
  rename(run: string, name: string): void {
    const hosted = this.runs.get(run)
    if (hosted === undefined) return
    hosted.name = name
    this.tellActive()
  }

  /** Throws a TrainerError where the run trains or waits here: of one that waits, the store knows nothing. */
  requireInactive(run: string): void {
    const hosted = this.runs.get(run)
    if (hosted !== undefined)
      throw new TrainerError('owned', `Run ${run} cannot be deleted: it is ${hosted.state} here. Stop it first.`)
  }

  active(): ActiveRun[] {
    return [...this.runs.values()].map((hosted) => hosted.view())
  }

  /**
   * Measures, one config after the other, for two measurements would disturb each other; a run that trains goes on beside it and is
   * told of in the answer: who plans the next run now should not have to wait for the end of this one. Throws what the check of the data finds.
   */
  estimate(config: ExperimentConfig): Promise<Estimate> {
    const measure = async () => {
      const busy = this.current()?.state === 'running'
      const { estimate } = await firstAnswer(
        this.crew.launch(),
        { type: 'estimate', config, order: backendOrder(this.options.store, config.optimizer.batchSize) },
        'estimate',
      )
      return { ...estimate, busy }
    }
    const answer = this.measuring.then(measure)
    this.measuring = answer.catch(() => {})
    return answer
  }

  /** Finds out about a backend in a process of its own, after whatever else is measured; what is found is kept in the store. */
  probe(backend: BackendName, measure: boolean): Promise<void> {
    this.crew.requireOpen()
    const done = this.measuring.then(
      async () =>
        void (await probeBackends(this.options.store, (options) => this.crew.launch(options), {
          measure,
          backends: [backend],
        })),
    )
    this.measuring = done.catch(() => {})
    return done
  }

  /** Stops all runs at a checkpoint and waits until their processes are gone, killed if need be. Those that wait are left as they are. */
  async close(): Promise<void> {
    for (const hosted of [...this.runs.values()]) if (hosted.process === null) this.remove(hosted)
    await this.crew.close()
  }

  private enter(record: RunRecord): HostedRun {
    const hosted = new HostedRun(record, this.options.store.trainings(record.id), () => performance.now())
    this.runs.set(hosted.run, hosted)
    return hosted
  }

  /** The run that has its turn. */
  private current(): HostedRun | null {
    return [...this.runs.values()].find(({ process }) => process !== null) ?? null
  }

  /** Gives the turn to whoever waits longest, if nobody has it. */
  private next(): void {
    const [waiting] = this.runs.values()
    if (waiting === undefined || this.crew.isClosing || this.current() !== null) return
    const process = this.crew.launch()
    process.send({ type: 'open', database: this.database(), run: waiting.run, backend: waiting.backend })
    this.begin(waiting, process)
  }

  private begin(hosted: HostedRun, process: TrainerProcess): void {
    hosted.process = process
    hosted.state = 'running'
    process.onMessage((message) => this.hear(hosted, message))
    process.onExit((code) =>
      this.leave(
        hosted,
        `The process that trained run ${hosted.run} ended unexpectedly (${code === null ? 'it was killed' : `code ${code}`}). What was trained is kept, and the run can go on.`,
      ),
    )
    process.send({ type: 'go' })
  }

  private hear(hosted: HostedRun, message: FromTrainer): void {
    if (message.type === 'done') this.leave(hosted, null)
    if (message.type === 'failed') this.leave(hosted, message.message)
    if (message.type !== 'event') return
    hosted.take(message.event)
    this.options.tell({ name: 'run', data: { run: hosted.run, event: message.event } })
  }

  /** The end of a sitting, of which the first that tells it counts: the last word of its process, or its exit without one. */
  private leave(hosted: HostedRun, fault: string | null): void {
    if (this.runs.get(hosted.run) !== hosted) return
    if (fault !== null)
      this.options.tell({ name: 'run', data: { run: hosted.run, event: { type: 'warning', message: fault } } })
    this.runs.delete(hosted.run)
    // Before it is told, so that the next one is seen to run, not to wait.
    this.next()
    this.tellActive()
    // A process that was killed writes nothing, yet its run is another from now on: interrupted.
    this.options.tell({ name: 'changed', data: {} })
  }

  private remove(hosted: HostedRun): void {
    this.runs.delete(hosted.run)
    this.tellActive()
  }

  private change(hosted: HostedRun, state: HostedRun['state']): void {
    hosted.state = state
    this.tellActive()
  }

  private tellActive(): void {
    this.options.tell({ name: 'active', data: this.active() })
    if (this.runs.size > 0) this.teller ??= setInterval(() => this.tellActive(), TELL_MS).unref()
    else if (this.teller !== null) {
      clearInterval(this.teller)
      this.teller = null
    }
  }

  /** Throws a TrainerError where the run is not in training here, a StoreError where there is none. */
  private find(reference: string): HostedRun {
    const { id } = this.options.store.getRun(reference)
    const hosted = this.runs.get(id)
    if (hosted === undefined) throw new TrainerError('notActive', `Run ${id} is not in training here.`)
    return hosted
  }

  private database(): string {
    const { path } = this.options.store
    if (path === ':memory:')
      throw new TrainerError('noFile', 'Training needs a database in a file: another process writes to it.')
    return path
  }
}
