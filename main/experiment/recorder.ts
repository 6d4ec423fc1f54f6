/** Writes a training into the store as it goes, and tells whoever watches. */
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { EpochMetric, StepMetric, TrainingId, TrainingResult } from '../../shared/runs/training.ts'
import type { Store, TrainingCommit } from '../store/types.ts'
import type { TrainingCheckpoint } from '../training/checkpoint.ts'
import type { JobNews } from './messages.ts'

/** Step metrics are stored this often, in milliseconds, or with the next epoch or checkpoint. */
const FLUSH_EVERY = 2000

export class Recorder {
  private readonly store: Store
  private readonly runId: string
  private readonly id: TrainingId
  private readonly onEvent: (event: RunEvent) => void
  private steps: StepMetric[] = []
  private flushedAt = performance.now()

  constructor(store: Store, runId: string, id: TrainingId, onEvent: (event: RunEvent) => void) {
    this.store = store
    this.runId = runId
    this.id = id
    this.onEvent = onEvent
  }

  /** Metrics from beyond the checkpoint will come again. */
  begin(totalSteps: number, checkpoint: TrainingCheckpoint | null): void {
    this.store.commit(this.runId, { id: this.id, start: { totalSteps } })
    this.store.rewindMetrics(this.runId, this.id, checkpoint?.step ?? 0, checkpoint?.epoch ?? 0)
  }

  take(news: JobNews): void {
    if (news.type === 'steps') {
      this.steps.push(...news.steps)
      this.onEvent({ type: 'steps', id: this.id, steps: news.steps })
      if (performance.now() - this.flushedAt > FLUSH_EVERY) this.commit({})
    } else if (news.type === 'epoch') {
      this.commit({ epochs: [news.metric] })
      this.announceEpoch(news.metric)
    } else this.commit({ checkpoint: news.checkpoint })
  }

  finish(result: TrainingResult, harvest: Pick<TrainingCommit, 'artifacts' | 'masks'>): void {
    this.commit({ result, ...harvest })
    this.onEvent({ type: 'trainingEnd', id: this.id, result })
  }

  private announceEpoch(metric: EpochMetric): void {
    this.onEvent({ type: 'epoch', id: this.id, metric })
  }

  /** With whatever is committed go the steps before it. */
  private commit(commit: Omit<TrainingCommit, 'id' | 'steps'>): void {
    this.store.commit(this.runId, { id: this.id, steps: this.steps, ...commit })
    this.steps = []
    this.flushedAt = performance.now()
  }
}
