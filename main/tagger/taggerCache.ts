/** Taggers for a window: the one last asked for stays loaded for a while, so that the next sentence is answered at once. */
import type { Store } from '../store/types.ts'
import { loadModel, type ModelChoice } from './model.ts'
import { Tagger } from './tagger.ts'

/** Milliseconds that a tagger stays loaded without being asked. */
const IDLE_MS = 5 * 60_000

/** Tagged as soon as a network is loaded: the first passes, in which code is compiled and buffers are made, are not those a person waits for. */
const WARM_UP = [
  ['The', 'first', 'sentence', 'is', 'the', 'slowest', '.'],
  ['Nobody', 'should', 'wait', 'for', 'it', ',', 'and', 'least', 'of', 'all', 'twice', ',', 'in', '2', 'rows', '.'],
]

export class TaggerCache {
  private readonly store: Store
  private open: { key: string; tagger: Tagger } | null = null
  private timer: NodeJS.Timeout | undefined

  constructor(store: Store) {
    this.store = store
  }

  /** Throws what loadModel throws. The tagger is the desk's: do not close it. */
  async taggerFor(run: string, choice: ModelChoice): Promise<Tagger> {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.close(), IDLE_MS)
    this.timer.unref()
    // A run that trains on may have other networks the next time; a finished one may not.
    const { id, status } = this.store.getRun(run)
    const key = JSON.stringify([id, status, choice])
    if (this.open?.key === key && this.open.tagger.alive) return this.open.tagger
    await this.close()
    // One thread: a window asks for one text at a time.
    const tagger = new Tagger(loadModel(this.store, id, choice), { threads: 1 })
    this.open = { key, tagger }
    // What fails here fails for whoever asks, and is told there.
    for (const words of WARM_UP) tagger.tag([{ words }], true).catch(() => {})
    return tagger
  }

  async close(): Promise<void> {
    clearTimeout(this.timer)
    const { open } = this
    this.open = null
    await open?.tagger.close()
  }
}
