/** Converts steps to epochs and to time: known at the ends of epochs, interpolated between, extrapolated after. No DOM. */
import type { TrainingDetail } from '../../shared/protocol/api.ts'
import { isRound } from '../../shared/runs/training.ts'
import { epochsOfRound } from '../../shared/settings/plan.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { Axes } from './drawing.ts'

export type CurveX = Exclude<Axes['x'], 'density' | 'round' | 'sentences'>

export interface Clock {
  /** The position on the axis after this many steps; NaN while it is not known. */
  at(steps: number, x: CurveX): number
}

/** secondsPerStep: of similar trainings, used during the first epoch; null where there are none. */
export function clockOf(
  { epochs, totalSteps, id }: TrainingDetail,
  config: ExperimentConfig,
  secondsPerStep: number | null,
): Clock {
  const steps = [0, ...epochs.map(({ step }) => step)]
  const seconds = [0]
  for (const { trainSeconds, evalSeconds } of epochs) seconds.push(seconds.at(-1)! + trainSeconds + evalSeconds)
  const last = epochs.length
  const planned = isRound(id.phase)
    ? epochsOfRound(config.imp, id.phase)
    : id.phase === 'warmup'
      ? Math.max(1, config.warmup.epochs)
      : config.joint.epochs
  const epochsPerStep = last > 0 ? last / steps[last] : planned / Math.max(1, totalSteps)
  const slope = last > 0 ? seconds[last] / steps[last] : (secondsPerStep ?? NaN)
  return {
    at(done, x) {
      if (x === 'step') return done
      let e = last
      while (e > 0 && steps[e] > done) e--
      if (e === last)
        return x === 'epoch'
          ? last + (done - steps[last]) * epochsPerStep
          : seconds[last] + (done - steps[last]) * slope
      const share = (done - steps[e]) / (steps[e + 1] - steps[e])
      return x === 'epoch' ? e + share : seconds[e] + share * (seconds[e + 1] - seconds[e])
    },
  }
}

/** Over all finished epochs of these trainings; null where there is none. */
export function meanSecondsPerStep(trainings: readonly TrainingDetail[]): number | null {
  let [steps, seconds] = [0, 0]
  for (const { epochs } of trainings) {
    steps += epochs.at(-1)?.step ?? 0
    for (const { trainSeconds, evalSeconds } of epochs) seconds += trainSeconds + evalSeconds
  }
  return steps === 0 ? null : seconds / steps
}
