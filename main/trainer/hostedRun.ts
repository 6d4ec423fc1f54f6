/** A run that this program trains or has queued: its process, state and progress. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import { ProgressState } from '../../shared/runs/progress.ts'
import type { RunRecord, TrainingRecord } from '../../shared/runs/records.ts'
import type { ActiveRun, ActiveState, Progress } from '../../shared/protocol/requests/training.ts'
import { WorkClock } from './clock.ts'
import type { TrainerProcess } from './types.ts'

export class HostedRun {
  readonly run: string
  name: string
  state: ActiveState = 'queued'
  /** Null while it is queued: data and weights take memory only while they are trained. */
  process: TrainerProcess | null = null
  /** The backend to resume on; undefined: the recorded one. */
  backend: BackendName | undefined
  readonly clock: WorkClock
  private readonly progress: ProgressState

  /** `earlier`: trainings of earlier sessions. */
  constructor({ id, name, config }: RunRecord, earlier: readonly TrainingRecord[], now: () => number) {
    this.run = id
    this.name = name
    this.clock = new WorkClock(now)
    this.progress = new ProgressState(config, earlier, this.clock.read)
  }

  take(event: RunEvent): void {
    this.progress.take(event)
  }

  view(): ActiveRun {
    return { run: this.run, name: this.name, state: this.state, progress: progressOf(this.progress) }
  }
}

function progressOf(state: ProgressState): Progress {
  return {
    stage: state.stage,
    ...state.count(),
    trainings: [...state.active.values()].map((training) => {
      const { id, density, step, totalSteps, epoch, totalEpochs, loss } = training
      return { id, density, step, totalSteps, epoch, totalEpochs, loss }
    }),
    tokensPerSecond: state.tokensPerSecond(),
    timeLeft: state.timeLeft(),
  }
}
