/** The training threads: as many as there are cores or jobs, each on its own core; a lone job gets them all. */
import { Worker } from 'node:worker_threads'
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

export class WorkerPool {
  private readonly setup: WorkerSetup
  private readonly cores: number
  private readonly warn: (message: string) => void
  private warned = false
  private readonly idle: Worker[] = []
  private readonly queue: Queued[] = []
  private readonly workers = new Set<Worker>()
  private busy = 0

  /** `warn` hears once why training will be slow, where it will. */
  constructor(setup: WorkerSetup, cores: number, warn: (message: string) => void) {
    this.setup = setup
    this.cores = cores
    this.warn = warn
  }

  /** Runs a job when a core is free. Rejects with TrainingStopped where it was stopped at a checkpoint. */
  run(work: Work, onNews: (news: JobNews) => void = () => {}, onStart: () => void = () => {}): Promise<Exclude<JobEnd, { type: 'stopped' | 'failed' }>> {
    return new Promise((resolve, reject) => {
      this.queue.push({ work, onNews, onStart, resolve, reject })
      // After all jobs of this turn are queued, so that a job knows whether it is alone.
      setImmediate(() => this.dispatch())
    })
  }

  private dispatch(): void {
    const waiting = this.busy + this.queue.length
    // Results do not depend on the number of threads (native/contract.ts), so it may differ from job to job.
    const threads = Math.max(1, Math.floor(this.cores / Math.max(1, waiting)))
    while (this.queue.length && this.busy < this.cores) this.start(this.queue.shift()!, threads)
  }

  private start(queued: Queued, threads: number): void {
    const worker = this.idle.pop() ?? this.spawn()
    this.busy++
    // Taken off one by one: removeAllListeners() would also cut the port that the thread itself listens on.
    const listeners = {
      message: (message: WorkerMessage) => {
        if (message.type === 'ready') this.tellWarning(message.backend.warning)
        else if (message.type === 'stopped') settle(() => queued.reject(new TrainingStopped('stopped')), true)
        else if (message.type === 'failed') settle(() => queued.reject(Object.assign(new Error(message.message), { stack: message.stack })), true)
        else if (message.type === 'trained' || message.type === 'examined') settle(() => queued.resolve(message), true)
        else queued.onNews(message)
      },
      error: (error: Error) => settle(() => queued.reject(error), false),
      exit: (code: number) => settle(() => queued.reject(new Error(`A training thread ended unexpectedly (code ${code}).`)), false),
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
    worker.postMessage({ ...queued.work, threads } as Job)
    queued.onStart()
  }

  private tellWarning(warning: string | null): void {
    if (warning !== null && !this.warned) this.warn(warning)
    this.warned ||= warning !== null
  }

  private spawn(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: this.setup })
    this.workers.add(worker)
    return worker
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => worker.terminate()))
  }
}
