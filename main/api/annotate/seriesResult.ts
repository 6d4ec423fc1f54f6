/** What a series keeps of a run, and the settings of the model that is trained on everything in the end. */
import { median, type PartResult, type SeriesPart, type TaskResult } from '../../../shared/annotation/series.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import { chosenRounds, trainingOf } from '../../../shared/runs/methodNetworks.ts'
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { isJointMethod, type Method } from '../../../shared/settings/methods.ts'
import { countsBySentence } from '../../../shared/tags/scoring.ts'
import type { Store } from '../../store/types.ts'

/** Of a finished run. Throws an Error where it lacks something. */
export function partResult(store: Store, { id, config, report }: RunRecord): PartResult {
  const [method] = config.methods
  const chosen = chosenRounds(report!.tickets)
  const tasks = Object.keys(config.tasks)
  const bestEpoch = (of: Method, task: string) => {
    const training = trainingOf(of, task, chosen)
    const result = training === null ? null : store.training(id, training)?.result
    if (!result) throw new Error(`The run ${id} has no result of ${task}.`)
    return result.bestEpoch + 1
  }
  return {
    tasks: tasks.map((task) => taskResult(store, id, method, task)),
    epochs: tasks.map((task) => bestEpoch('subnet', task)),
    jointEpochs: isJointMethod(method) ? bestEpoch(method, tasks[0]) : null,
    rounds: tasks.map((task) => chosen.get(task)!),
  }
}

function taskResult(store: Store, run: string, method: Method, task: string): TaskResult {
  const evaluated = store.loadEvaluation(run, 'dev', task)
  const prediction = evaluated && store.loadPrediction(run, evaluated, method)
  if (!evaluated || !prediction) throw new Error(`The run ${run} has no predictions of ${task}.`)
  const flat = countsBySentence({ ...evaluated, predicted: prediction.tags })
  const counts = Array.from({ length: flat.length / 3 }, (_, s): TaskResult['counts'][number] => [
    flat[3 * s],
    flat[3 * s + 1],
    flat[3 * s + 2],
  ])
  return { task, kind: evaluated.kind, counts }
}

/**
 * Trains as the folds did, with nothing held out to choose by: as many epochs as the folds needed in the median, to the
 * median round of pruning, keeping the last weights.
 */
export function finalConfig(config: ExperimentConfig, parts: readonly SeriesPart[]): ExperimentConfig {
  const results = parts.flatMap(({ result }) => result ?? [])
  const jointEpochs = results.flatMap((result) => result.jointEpochs ?? [])
  const round = median(results.flatMap(({ rounds }) => rounds))
  const dense = config.methods.map((method) => (method === 'subnet' ? 'single' : 'hard'))
  return {
    ...config,
    methods: round === 0 ? dense : config.methods,
    optimizer: { ...config.optimizer, keep: 'last' },
    imp: {
      ...config.imp,
      epochs: median(results.flatMap(({ epochs }) => epochs)),
      patience: null,
      maxRounds: Math.max(1, round),
    },
    joint: {
      ...config.joint,
      epochs: jointEpochs.length === 0 ? config.joint.epochs : median(jointEpochs),
      patience: null,
    },
  }
}
