/**
 * Records a training in the store as it goes, and notifies whoever watches. All methods throw what the store throws.
 */
import type { RunEvent } from '../../shared/protocol/events.ts'
import { label } from '../../shared/runs/names.ts'
import type { StepMetric, TrainingId, TrainingResult } from '../../shared/runs/training.ts'
import type { Store, TrainingCommit } from '../store/types.ts'
import type { TrainingCheckpoint } from '../training/checkpoint.ts'
import type { JobProgress } from './messages.ts'

/** Step metrics are stored this often, in milliseconds, or with the next epoch or checkpoint. */
const FLUSH_EVERY = 2000

export class Recorder {
  private readonly store: Store
  private readonly runId: string
  private readonly id: TrainingId
  private readonly notify: (event: RunEvent) => void
  private steps: StepMetric[] = []
  private flushedAt = performance.now()

  constructor(store: Store, runId: string, id: TrainingId, notify: (event: RunEvent) => void) {
    this.store = store
    this.runId = runId
    this.id = id
    this.notify = notify
  }

  /** Deletes metrics from beyond the checkpoint: they will be recorded again. */
  begin(totalSteps: number, checkpoint: TrainingCheckpoint | null): void {
    this.store.commit(this.runId, { id: this.id, start: { totalSteps } })
    this.store.rewindMetrics(this.runId, this.id, checkpoint?.step ?? 0, checkpoint?.epoch ?? 0)
  }

  record(progress: JobProgress): void {
    if (progress.type === 'steps') {
      this.steps.push(...progress.steps)
      this.notify({ type: 'steps', id: this.id, steps: progress.steps })
      if (performance.now() - this.flushedAt > FLUSH_EVERY) this.commit({})
    } else if (progress.type === 'epoch') {
      this.commit({ epochs: [progress.metric] })
      this.notify({ type: 'epoch', id: this.id, metric: progress.metric })
    } else if (progress.type === 'warning') {
      this.notify({ type: 'warning', message: `${label(this.id)}: ${progress.message}` })
    } else if (progress.type === 'checkpoint') this.commit({ checkpoint: progress.checkpoint })
  }

  finish(result: TrainingResult, artifacts: Pick<TrainingCommit, 'artifacts' | 'masks'>): void {
    this.commit({ result, ...artifacts })
    this.notify({ type: 'trainingEnd', id: this.id, result })
  }

  /** Every commit contains the steps before it. */
  private commit(commit: Omit<TrainingCommit, 'id' | 'steps'>): void {
    this.store.commit(this.runId, { id: this.id, steps: this.steps, ...commit })
    this.steps = []
    this.flushedAt = performance.now()
  }
}
