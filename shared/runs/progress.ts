/** The progress of a run, kept up to date by its events. Independent of terminals. */
import type { ExperimentConfig } from '../settings/config.ts'
import type { RunEvent } from '../protocol/events.ts'
import { isRound, trainingKey } from './training.ts'
import type { EpochMetric, StepMetric, TrainingId } from './training.ts'
import { epochsOfRound, plannedTrainings, withoutBegunFinalists } from '../settings/plan.ts'
import type { PlannedTraining } from '../settings/plan.ts'
import { RateMeter } from '../devices/rate.ts'

/** A training in progress. */
export interface Active {
  id: TrainingId
  density: Record<string, number>
  totalSteps: number
  /** Steps taken. */
  step: number
  totalEpochs: number
  /** Counted from 0. */
  epoch: number
  /** Recent mean loss per token; null before the first step. */
  loss: number | null
  last: EpochMetric | null
  /** Tokens trained on since the epoch began. */
  epochTokens: number
  tokens: RateMeter
}

/** A training as stored by earlier sessions. */
export interface EarlierTraining {
  id: TrainingId
  state: 'running' | 'finished'
  totalSteps: number
}

export interface TimeLeft {
  seconds: number
  /** True where a training may stop early, so that this is the longest it can take. */
  atMost: boolean
}

/** Weight of the newest step in the displayed loss. */
const LOSS_WEIGHT = 0.05

export class ProgressState {
  readonly active = new Map<string, Active>()
  stage = ''
  readonly startedAt: number
  private readonly finished = new Set<string>()
  /** Tasks whose subnet is chosen: no further round follows, whatever was planned. */
  private readonly chosen = new Set<string>()
  private readonly taskEpoch = new Map<string, number>()
  private jointEpoch: number | null = null
  private readonly steps: RateMeter
  private readonly tokens: RateMeter
  private readonly config: ExperimentConfig
  private readonly now: () => number

  /** `earlier`: trainings of earlier sessions. `now`: milliseconds. */
  constructor(config: ExperimentConfig, earlier: readonly EarlierTraining[], now: () => number) {
    this.config = config
    this.now = now
    this.startedAt = now()
    this.steps = new RateMeter(now)
    this.tokens = new RateMeter(now)
    for (const { id, state, totalSteps } of earlier) {
      const epochs = isRound(id.phase) ? epochsOfRound(config.imp, id.phase) : config.joint.epochs
      this.learnSizes(id, totalSteps, epochs)
      if (state === 'finished') this.finished.add(trainingKey(id))
    }
  }

  take(event: RunEvent): void {
    if (event.type === 'stage') {
      this.stage = event.message
      // Parallel trainings and one joint training differ in speed.
      this.steps.reset()
      this.tokens.reset()
    }
    if (event.type === 'trainingStart') this.start(event)
    if (event.type === 'steps') this.takeSteps(trainingKey(event.id), event.steps)
    if (event.type === 'epoch') this.takeEpoch(trainingKey(event.id), event.metric)
    if (event.type === 'ticketChosen') this.chosen.add(event.task)
    if (event.type === 'trainingEnd') {
      this.active.delete(trainingKey(event.id))
      this.finished.add(trainingKey(event.id))
    }
  }

  private start({
    id,
    density,
    totalSteps,
    resumedAtStep,
    totalEpochs,
  }: Extract<RunEvent, { type: 'trainingStart' }>): void {
    const epoch = totalSteps > 0 ? Math.floor((resumedAtStep / totalSteps) * totalEpochs) : 0
    const tokens = new RateMeter(this.now)
    this.active.set(trainingKey(id), {
      id,
      density,
      totalSteps,
      step: resumedAtStep,
      totalEpochs,
      epoch,
      loss: null,
      last: null,
      epochTokens: 0,
      tokens,
    })
    this.learnSizes(id, totalSteps, totalEpochs)
  }

  private learnSizes({ phase, task }: TrainingId, totalSteps: number, epochs: number): void {
    if (task !== null) this.taskEpoch.set(task, totalSteps / epochs)
    // The steps of a warmup need not be whole epochs.
    else if (phase !== 'warmup') this.jointEpoch = totalSteps / epochs
  }

  private takeSteps(key: string, steps: readonly StepMetric[]): void {
    const training = this.active.get(key)
    const last = steps.at(-1)
    if (training === undefined || last === undefined) return
    for (const { loss, tokens } of steps) {
      training.loss = training.loss === null ? loss : training.loss + LOSS_WEIGHT * (loss - training.loss)
      training.epochTokens += tokens
      training.tokens.add(tokens)
      this.tokens.add(tokens)
    }
    this.steps.add(steps.length)
    training.step = Math.max(training.step, last.step + 1)
    training.epoch = last.epoch
  }

  private takeEpoch(key: string, metric: EpochMetric): void {
    const training = this.active.get(key)
    if (training === undefined) return
    training.last = metric
    training.epochTokens = 0
    training.step = Math.max(training.step, metric.step)
    training.epoch = Math.min(metric.epoch + 1, Math.max(training.totalEpochs - 1, 0))
  }

  /** The number of finished and planned trainings. */
  count(): { done: number; planned: number } {
    const keys = new Set([...this.plan().map(({ key }) => key), ...this.finished, ...this.active.keys()])
    return { done: this.finished.size, planned: keys.size }
  }

  /** Over all trainings of this stage, including evaluation; null while it is too early to tell. */
  tokensPerSecond(): number | null {
    return this.tokens.perSecond()
  }

  /** The remaining time at the measured rate; null while it is too early to tell or the sizes are unknown. */
  timeLeft(): TimeLeft | null {
    const rate = this.steps.perSecond()
    if (rate === null || rate === 0) return null
    let steps = 0
    let atMost = false
    for (const { key, phase, steps: planned } of this.plan()) {
      if (this.finished.has(key)) continue
      const running = this.active.get(key)
      const left = running === undefined ? planned : running.totalSteps - running.step
      if (left === null) return null
      steps += left
      const { patience } = isRound(phase) ? this.config.imp : this.config.joint
      atMost ||= (patience !== null && phase !== 'warmup') || phase === 'search'
    }
    return { seconds: steps / rate, atMost }
  }

  private plan(): PlannedTraining[] {
    const isOver = ({ task }: PlannedTraining) => task !== null && this.chosen.has(task)
    const plan = plannedTrainings(this.config, { taskEpoch: this.taskEpoch, jointEpoch: this.jointEpoch })
    const begun = new Set([...this.finished, ...this.active.keys()])
    return withoutBegunFinalists(plan, begun).filter((planned) => !isOver(planned))
  }
}
