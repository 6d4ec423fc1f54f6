/** The training threads: at most one per core. Jobs side by side share the cores; a job by itself gets all of them. */
import type { Worker } from 'node:worker_threads'
import { limitCores } from '../backend/tensorflow/environment.ts'
import { startThread } from '../threads/start.ts'
import { TrainingStoppedError } from '../training/control.ts'
import { Backlog } from './backlog.ts'
import type { Job, JobEnd, JobProgress, ThreadSetup, WorkerMessage, WorkerSetup } from './messages.ts'

/** A job without the number of threads, which the pool decides. */
export type Work = Job extends infer J ? (J extends Job ? Omit<J, 'threads'> : never) : never

/** How a job ends that neither stops nor fails. */
export type WorkEnd = Exclude<JobEnd, { type: 'stopped' | 'failed' }>

interface QueuedJob {
  work: Work
  onProgress(progress: JobProgress): void
  onStart(): void
  resolve(end: WorkEnd): void
  reject(error: Error): void
}

/**
 * The backend may be to blame for the end of a job: an error that none of this program's checks throws, or the end of
 * its thread.
 */
export class BackendError extends Error {
  override name = 'BackendError'
}

const NO_MEMORY =
  'A training thread ran out of memory. Fewer threads, smaller batches or a smaller model need less of it.'

export class WorkerPool {
  private readonly setup: WorkerSetup
  private readonly cores: number
  private readonly idle: Worker[] = []
  private readonly queue: QueuedJob[] = []
  private readonly workers = new Set<Worker>()
  private busy = 0
  private closed = false

  constructor(setup: WorkerSetup, cores: number) {
    this.setup = setup
    this.cores = cores
    limitCores(cores)
  }

  /**
   * Runs a job when a core is free. Rejects with a TrainingStoppedError where the job stopped at a checkpoint or the
   * pool closes, with a BackendError where the backend may be to blame, with the error of `onStart` or `onProgress`
   * where one of them throws.
   */
  run(
    work: Work,
    onProgress: (progress: JobProgress) => void = () => {},
    onStart: () => void = () => {},
  ): Promise<WorkEnd> {
    return new Promise((resolve, reject) => {
      this.queue.push({ work, onProgress, onStart, resolve, reject })
      // After all jobs of this turn are queued, so that a job knows whether it is alone.
      setImmediate(() => this.dispatch())
    })
  }

  private dispatch(): void {
    if (this.closed) {
      for (const { reject } of this.queue.splice(0)) reject(closedError())
      return
    }
    const waiting = this.busy + this.queue.length
    // Results do not depend on the number of threads (native/contract.ts), so jobs may get different ones. TensorFlow's
    // is the process's.
    const threads = Math.max(1, Math.floor(this.cores / Math.max(1, waiting)))
    while (this.queue.length && this.busy < this.cores) this.start(this.queue.shift()!, threads)
  }

  private start(job: QueuedJob, threads: number): void {
    const worker = this.idle.pop() ?? this.spawn()
    this.busy++
    let failed = false

    // These run in event handlers: an error must reject the job, not end the process. What comes after an error is not
    // recorded, or the record would have a gap.
    const guarded = (handler: () => void) => {
      if (failed) return
      try {
        handler()
      } catch (error) {
        failed = true
        job.reject(error as Error)
      }
    }
    const finish = (end: () => void, alive: boolean) => {
      for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener)
      this.busy--
      if (alive) this.idle.push(worker)
      else this.workers.delete(worker)
      end()
      this.dispatch()
    }
    // Removed one by one: removeAllListeners() would also close the port that the thread itself listens on.
    const listeners = {
      message: (message: WorkerMessage) => {
        if (message.type === 'ready') return
        if (message.type === 'stopped') finish(() => job.reject(new TrainingStoppedError('stopped')), true)
        else if (message.type === 'failed') finish(() => job.reject(errorOf(message)), true)
        else if (isEnd(message)) finish(() => job.resolve(message), true)
        else guarded(() => job.onProgress(message))
      },
      error: (error: NodeJS.ErrnoException) =>
        finish(
          () =>
            job.reject(
              error.code === 'ERR_WORKER_OUT_OF_MEMORY'
                ? new Error(NO_MEMORY, { cause: error })
                : new BackendError(error.message),
            ),
          false,
        ),
      exit: (code: number) =>
        finish(
          () =>
            job.reject(
              this.closed ? closedError() : new BackendError(`A training thread ended unexpectedly (code ${code}).`),
            ),
          false,
        ),
    }
    for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener)
    worker.postMessage({ ...job.work, threads })
    guarded(() => job.onStart())
  }

  private spawn(): Worker {
    const backlog = new Backlog()
    const setup: ThreadSetup = { ...this.setup, backlog: backlog.shared }
    const worker = startThread(new URL('./worker.ts', import.meta.url), setup)
    this.workers.add(worker)
    // After this turn of the event loop: else a thread that keeps sending keeps commands to pause or stop from being read.
    worker.on('message', () => setImmediate(() => backlog.received()))
    // A thread may also end between two jobs, after which it gets no more of them.
    worker.on('error', () => this.drop(worker))
    worker.on('exit', () => this.drop(worker))
    return worker
  }

  private drop(worker: Worker): void {
    this.workers.delete(worker)
    if (this.idle.includes(worker)) this.idle.splice(this.idle.indexOf(worker), 1)
  }

  /** Ends all threads. Rejects the jobs that run or wait, and those that are queued later. */
  async close(): Promise<void> {
    this.closed = true
    this.dispatch()
    await Promise.all([...this.workers].map((worker) => worker.terminate()))
  }
}

const ENDS: ReadonlySet<string> = new Set<WorkEnd['type']>(['trained', 'evaluated', 'scored', 'tagged', 'active'])
const isEnd = (message: WorkEnd | JobProgress): message is WorkEnd => ENDS.has(message.type)

const closedError = () => new TrainingStoppedError('the training threads were ended')

function errorOf({ cause, message, stack }: Extract<JobEnd, { type: 'failed' }>): Error {
  const error =
    cause === 'backend'
      ? new BackendError(message)
      : new Error(cause === 'memory' ? `${NO_MEMORY} (${message})` : message)
  return Object.assign(error, { stack })
}
