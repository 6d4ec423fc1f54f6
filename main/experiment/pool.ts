/** The training threads: as many as there are cores or jobs, each on its own core; a lone job gets them all. */
import type { Worker } from 'node:worker_threads'
import { limitCores } from '../backend/tensorflow/environment.ts'
import { startThread } from '../threads/start.ts'
import { TrainingStopped } from '../training/control.ts'
import type { Job, JobEnd, JobNews, WorkerMessage, WorkerSetup } from './messages.ts'

/** A job without the number of threads, which the pool knows. */
export type Work = Job extends infer J ? (J extends Job ? Omit<J, 'threads'> : never) : never

interface Queued {
  work: Work
  onNews(news: JobNews): void
  onStart(): void
  resolve(end: Exclude<JobEnd, { type: 'stopped' | 'failed' }>): void
  reject(error: Error): void
}

/** A job ended by what computes it: an exception that none of our own checks throws, or the end of its thread. */
export class BackendFailed extends Error {
  override name = 'BackendFailed'
}

export class WorkerPool {
  private readonly setup: WorkerSetup
  private readonly cores: number
  private readonly idle: Worker[] = []
  private readonly queue: Queued[] = []
  private readonly workers = new Set<Worker>()
  private busy = 0

  constructor(setup: WorkerSetup, cores: number) {
    this.setup = setup
    this.cores = cores
    limitCores(cores)
  }

  /**
   * Runs a job when a core is free. Rejects with TrainingStopped where it was stopped at a checkpoint, with BackendFailed where what
   * computes may be to blame for its end.
   */
  run(
    work: Work,
    onNews: (news: JobNews) => void = () => {},
    onStart: () => void = () => {},
  ): Promise<Exclude<JobEnd, { type: 'stopped' | 'failed' }>> {
    return new Promise((resolve, reject) => {
      this.queue.push({ work, onNews, onStart, resolve, reject })
      // After all jobs of this turn are queued, so that a job knows whether it is alone.
      setImmediate(() => this.dispatch())
    })
  }

  private dispatch(): void {
    const waiting = this.busy + this.queue.length
    // Results do not depend on the number of threads (native/contract.ts), so it may differ from job to job; TensorFlow's is that of the process.
    const threads = Math.max(1, Math.floor(this.cores / Math.max(1, waiting)))
    while (this.queue.length && this.busy < this.cores) this.start(this.queue.shift()!, threads)
  }

  private start(queued: Queued, threads: number): void {
    const worker = this.idle.pop() ?? this.spawn()
    this.busy++
    // Taken off one by one: removeAllListeners() would also cut the port that the thread itself listens on.
    const listeners = {
      message: (message: WorkerMessage) => {
        if (message.type === 'ready') return
        if (message.type === 'stopped') settle(() => queued.reject(new TrainingStopped('stopped')), true)
        else if (message.type === 'failed')
          settle(
            () =>
              queued.reject(
                Object.assign(
                  message.fault === 'backend' ? new BackendFailed(message.message) : new Error(message.message),
                  { stack: message.stack },
                ),
              ),
            true,
          )
        else if (message.type === 'trained' || message.type === 'examined') settle(() => queued.resolve(message), true)
        else queued.onNews(message)
      },
      error: (error: NodeJS.ErrnoException) =>
        settle(
          () => queued.reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? error : new BackendFailed(error.message)),
          false,
        ),
      exit: (code: number) =>
        settle(() => queued.reject(new BackendFailed(`A training thread ended unexpectedly (code ${code}).`)), false),
    }
    const settle = (finish: () => void, alive: boolean) => {
      for (const [event, listener] of Object.entries(listeners)) worker.off(event, listener)
      this.busy--
      if (alive) this.idle.push(worker)
      else this.workers.delete(worker)
      finish()
      this.dispatch()
    }
    for (const [event, listener] of Object.entries(listeners)) worker.on(event, listener)
    worker.postMessage({ ...queued.work, threads })
    queued.onStart()
  }

  private spawn(): Worker {
    const worker = startThread(new URL('./worker.ts', import.meta.url), this.setup)
    this.workers.add(worker)
    // A thread may die between two jobs, of what the last one left: then nobody else listens, and it is given no more.
    worker.on('error', () => this.drop(worker))
    worker.on('exit', () => this.drop(worker))
    return worker
  }

  private drop(worker: Worker): void {
    this.workers.delete(worker)
    if (this.idle.includes(worker)) this.idle.splice(this.idle.indexOf(worker), 1)
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.terminate()))
  }
}
