/** The progress of a run that another process trains, as far as it is stored. */
import type { RunDetail } from '../../../shared/protocol/api.ts'
import { ProgressState } from '../../../shared/runs/progress.ts'
import type { Progress } from '../../../shared/protocol/requests/training.ts'

export function storedProgress({ run: { config }, trainings }: RunDetail): Progress {
  const { done, planned } = new ProgressState(config, trainings, Date.now).count()
  const started = trainings
    .filter(({ state }) => state === 'running')
    .map(({ id, totalSteps, epochs, checkpoint }) => {
      const last = epochs.at(-1)
      const tasks = id.task === null ? [] : [id.task]
      return {
        id,
        totalSteps,
        step: Math.max(last?.step ?? 0, checkpoint?.step ?? 0),
        epoch: last === undefined ? 0 : last.epoch + 1,
        totalEpochs:
          id.phase === 'imp' ? config.imp.epochs : id.phase === 'warmup' ? config.warmup.epochs : config.joint.epochs,
        density: Object.fromEntries(tasks.map((task) => [task, (1 - config.imp.pruningRate) ** id.round!])),
        loss: lossOf(last?.loss),
      }
    })
  return { stage: '', done, planned, trainings: started, tokensPerSecond: null, timeLeft: null }
}

/** Mean over the tasks that had a batch. */
function lossOf(loss: Record<string, number | null> = {}): number | null {
  const values = Object.values(loss).filter((value) => value !== null)
  return values.length === 0 ? null : values.reduce((a, b) => a + b, 0) / values.length
}
