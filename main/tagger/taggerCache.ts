/**
 * Taggers for the window. The one used last stays loaded for a while, so that the next sentence is tagged at once.
 * Requests hold leases: a tagger is closed when it has none and is either idle or replaced by another.
 */
import { delay, DisposableStore, toDisposable, type Disposable } from '../../shared/util/disposable.ts'
import type { Store } from '../store/types.ts'
import { isCalibrated, loadModel, type ModelChoice } from './model.ts'
import { Tagger } from './tagger.ts'

/** Milliseconds that a tagger without leases stays loaded. */
const IDLE_MS = 5 * 60_000

/** Tagged right after loading: the first passes compile code and allocate buffers. */
const WARM_UP = [
  ['The', 'first', 'sentence', 'is', 'the', 'slowest', '.'],
  ['Nobody', 'should', 'wait', 'for', 'it', ',', 'and', 'least', 'of', 'all', 'twice', ',', 'in', '2', 'rows', '.'],
]

export interface TaggerLease extends Disposable {
  readonly tagger: Tagger
}

export interface TaggerCacheOptions {
  idleMs?: number
  /** Replaced by tests. */
  load?(store: Store, run: string, choice: ModelChoice): Tagger
}

interface Entry {
  tagger: Tagger
  leases: number
  idle: Disposable | null
}

export class TaggerCache implements Disposable {
  private readonly store: Store
  private readonly idleMs: number
  private readonly load: NonNullable<TaggerCacheOptions['load']>
  private readonly entries = new Map<string, Entry>()
  /** Closings under way, and after `dispose` every tagger that is loaded. */
  private readonly closing = new Set<Promise<void>>()
  private readonly owned = new DisposableStore()

  constructor(store: Store, { idleMs = IDLE_MS, load = loadTagger }: TaggerCacheOptions = {}) {
    this.store = store
    this.idleMs = idleMs
    this.load = load
  }

  /** The number of loaded taggers. */
  get size(): number {
    return this.entries.size
  }

  /** Runs `work` with a tagger that stays loaded meanwhile. Throws what loadModel throws. */
  async use<T>(run: string, choice: ModelChoice, work: (tagger: Tagger) => Promise<T>): Promise<T> {
    const lease = this.acquire(run, choice)
    try {
      return await work(lease.tagger)
    } finally {
      await lease.dispose()
    }
  }

  /** A tagger that stays loaded until the lease is disposed of. Throws what loadModel throws. */
  acquire(run: string, choice: ModelChoice): TaggerLease {
    if (this.owned.isDisposed) throw new Error('the studio is closing')
    // Another status is another key: a run that still trains may have other networks the next time.
    const { id, status } = this.store.getRun(run)
    const key = JSON.stringify([id, status, isCalibrated(this.store, id), choice])
    const entry = this.alive(key) ?? this.open(key, id, choice)
    void entry.idle?.dispose()
    entry.idle = null
    entry.leases++
    return { tagger: entry.tagger, dispose: toDisposable(() => this.release(key, entry)).dispose }
  }

  /** Closes all taggers; work under way is rejected. */
  async dispose(): Promise<void> {
    await this.owned.dispose()
    for (const [key, entry] of this.entries) this.close(key, entry)
    await Promise.all(this.closing)
  }

  private alive(key: string): Entry | null {
    const entry = this.entries.get(key)
    if (entry === undefined || entry.tagger.alive) return entry ?? null
    this.close(key, entry)
    return null
  }

  private open(key: string, run: string, choice: ModelChoice): Entry {
    // One network in memory is enough: others go unless they are in use.
    for (const [other, entry] of this.entries) if (entry.leases === 0) this.close(other, entry)
    const entry: Entry = { tagger: this.load(this.store, run, choice), leases: 0, idle: null }
    this.entries.set(key, entry)
    // An error is reported to the request that tags.
    for (const words of WARM_UP) entry.tagger.tag([{ words }], true).catch(() => {})
    return entry
  }

  private release(key: string, entry: Entry): void {
    entry.leases--
    if (entry.leases > 0 || this.entries.get(key) !== entry) return
    const newest = [...this.entries.keys()].at(-1)
    if (key !== newest) this.close(key, entry)
    else entry.idle = this.owned.add(delay(() => this.close(key, entry), this.idleMs))
  }

  private close(key: string, entry: Entry): void {
    if (this.entries.get(key) === entry) this.entries.delete(key)
    if (entry.idle !== null) this.owned.delete(entry.idle)
    void entry.idle?.dispose()
    const closed = entry.tagger.close().finally(() => this.closing.delete(closed))
    this.closing.add(closed)
  }
}

/** One thread: the window asks for one text at a time. */
function loadTagger(store: Store, run: string, choice: ModelChoice): Tagger {
  return new Tagger(loadModel(store, run, choice), { threads: 1 })
}
