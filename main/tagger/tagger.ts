/** A tagger: one model in one or more threads, and the queue of sentences to tag. */
import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import type { Sentence, TaggerInfo } from '../../shared/tags/tagging.ts'
import type { Tokenisation } from '../../shared/tags/tokenConventions.ts'
import { tokeniserFor, type Tokeniser } from '../data/tokens/tokeniser.ts'
import { startThread } from '../threads/start.ts'
import type { TaskTags } from './engine.ts'
import { packWords, type FromThread, type ToThread } from './messages.ts'
import type { TaggerModel } from './model.ts'

export interface TaggerOptions {
  /** Maximum number of threads; 0 = one per core. */
  threads?: number
  /** Called at most once, with what makes tagging slow. */
  warn?(message: string): void
}

interface Job {
  id: number
  words: string
  withConfidence: boolean
  resolve(tags: TaskTags[]): void
  reject(error: Error): void
}

interface Thread {
  worker: Worker
  job: Job | null
}

export class Tagger {
  readonly info: TaggerInfo
  /** Maximum number of threads. */
  readonly width: number
  /** Resolves once the first thread can tag. Rejects if the model cannot be loaded. */
  readonly loaded: Promise<void>
  private readonly model: TaggerModel
  private readonly warn: (message: string) => void
  private readonly threads: Thread[] = []
  private readonly queue: Job[] = []
  private readonly ready = Promise.withResolvers<void>()
  private warned = false
  private closed = false
  private failure: Error | null = null
  private nextId = 0
  private readonly tokenisers = new Map<Tokenisation, Tokeniser>()

  /** `first` is a thread that was started before the model was read: see startTaggingThread. */
  constructor(
    model: TaggerModel,
    { threads = 0, warn = () => {} }: TaggerOptions = {},
    first: Worker = startTaggingThread(),
  ) {
    this.info = model.info
    this.model = model
    this.width = threads || availableParallelism()
    this.warn = warn
    this.loaded = this.ready.promise
    this.loaded.catch(() => {})
    this.addThread(first)
  }

  /** False after close, and after a failure that ends the tagger. */
  get alive(): boolean {
    return this.failure === null
  }

  /** What splits raw text for this model. Throws what tokeniserFor throws. */
  tokeniser(wanted: Tokenisation = 'auto'): Tokeniser {
    let found = this.tokenisers.get(wanted)
    if (found === undefined) this.tokenisers.set(wanted, (found = tokeniserFor(this.model.tokens, wanted)))
    return found
  }

  /** Tags of the sentences, for all tasks. Rejects if the model cannot be loaded or a thread ends. */
  tag(sentences: readonly Pick<Sentence, 'words'>[], withConfidence = false): Promise<TaskTags[]> {
    return new Promise((resolve, reject) => {
      if (this.failure !== null) return reject(this.failure)
      this.queue.push({ id: this.nextId++, words: packWords(sentences), withConfidence, resolve, reject })
      this.dispatch()
    })
  }

  /** Ends the threads. Pending calls of `tag` are rejected. */
  async close(): Promise<void> {
    this.closed = true
    this.fail(new Error('the tagger is closed'))
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()))
  }

  private dispatch(): void {
    for (const thread of this.threads) if (thread.job === null) this.assign(thread)
    // Every thread holds a copy of the network, so one is started only when there is work for it.
    if (this.queue.length > 0 && this.threads.length < this.width && !this.closed)
      this.assign(this.addThread(startTaggingThread()))
  }

  private assign(thread: Thread): void {
    const job = this.queue.shift()
    if (job === undefined) return
    thread.job = job
    const { id, words, withConfidence } = job
    thread.worker.postMessage({ type: 'tag', id, words, withConfidence } satisfies ToThread)
  }

  private addThread(worker: Worker): Thread {
    const thread: Thread = { worker, job: null }
    this.threads.push(thread)
    worker.on('message', (message: FromThread) => this.onMessage(thread, message))
    worker.on('error', (error) => this.fail(error as Error))
    worker.on(
      'exit',
      (code) => this.closed || this.fail(new Error(`a tagging thread ended unexpectedly (code ${code})`)),
    )
    worker.postMessage({ type: 'model', model: this.model } satisfies ToThread)
    return thread
  }

  private onMessage(thread: Thread, message: FromThread): void {
    if (message.type === 'ready') {
      this.ready.resolve()
      return this.reportWarning(message.warning)
    }
    if (message.type === 'failed' && message.id === null) return this.fail(new Error(message.message))
    const { job } = thread
    thread.job = null
    if (message.type === 'tags') job?.resolve(message.tags)
    else job?.reject(new Error(message.message))
    this.dispatch()
  }

  private reportWarning(warning: string | null): void {
    if (warning !== null && !this.warned) this.warn(warning)
    this.warned ||= warning !== null
  }

  private fail(error: Error): void {
    this.failure ??= error
    this.ready.reject(error)
    for (const thread of this.threads) {
      thread.job?.reject(error)
      thread.job = null
    }
    for (const job of this.queue.splice(0)) job.reject(error)
  }
}

/** A thread without a model. Started early, it loads the backend while the model is read. */
export function startTaggingThread(): Worker {
  return startThread(new URL('./worker.ts', import.meta.url))
}
