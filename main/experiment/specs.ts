/** The specs of a config's trainings: which tasks train, under which masks, with the settings of which stage. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import type { JointMethod } from '../../shared/settings/methods.ts'
import { complement, unionAll, type Mask } from '../../shared/network/mask.ts'
import { epochsOfRound, warmsUp } from '../../shared/settings/plan.ts'
import type { EncodedData } from '../data/types.ts'
import { layerMask } from '../nn/parameters.ts'
import { jointShape, networkShape } from '../nn/initialWeights.ts'
import { plannedSteps, type SealedSplits, type TrainingSettings, type TrainingSpec } from '../training/spec.ts'

/** A round of one task. */
export type RoundId = TrainingId & { phase: 'imp' | 'search'; task: string; round: number }

/**
 * One round of IMP: task t alone, under M_t^z. All rounds see the same batches and dropout: they differ only by their
 * masks. In a search the round ends when the next mask settles, and that mask is made from its last weights.
 */
export function roundSpec(config: ExperimentConfig, data: EncodedData, id: RoundId, mask: Mask): TrainingSpec {
  const { learningRateDecay, clipNorm, patience, criterion } = config.imp
  const { phase, task, round } = id
  const searches = phase === 'search'
  return {
    id,
    seed: config.seed,
    stream: `imp/${task}`,
    shape: networkShape(config.model, data, [task]),
    tasks: [{ name: task, mask: round === 0 ? null : mask }],
    settings: {
      ...common(config),
      epochs: epochsOfRound(config.imp, phase),
      learningRateDecay,
      clipNorm,
      clipValue: null,
      averageFrom: null,
      patience,
      settle: searches && criterion === 'magnitude' ? config.imp : null,
      keep: searches ? 'last' : 'best',
    },
  }
}

/**
 * Joint training of all tasks: `hard` and `soft` under masks of ones, `hierarchical` under masks of whole layers,
 * `sparse` under each task's mask. All methods see the same batches in the same order. `sealed`: test splits to score
 * after every epoch, for an analysis.
 */
export function jointSpec(
  config: ExperimentConfig,
  data: EncodedData,
  phase: JointMethod,
  masks: Map<string, Mask> | null,
  sealed: SealedSplits | null = null,
): TrainingSpec {
  const { epochs, learningRateDecay, clipNorm, clipValue, averageFrom, patience } = config.joint
  const shape = jointShape(config, data, phase)
  return {
    id: { phase, task: null, round: null },
    seed: config.seed,
    stream: 'joint',
    shape,
    tasks: data.tasks.map(({ name }) => ({
      name,
      mask: phase === 'sparse' ? requireMask(masks, name) : phase === 'hierarchical' ? layerMask(shape, name) : null,
    })),
    settings: { ...common(config), epochs, learningRateDecay, clipNorm, clipValue, averageFrom, patience },
    ...(sealed === null ? {} : { sealed }),
  }
}

/**
 * Training of the tasks that a run adds to another: the old tasks are frozen, the new ones move only weights that no
 * old task keeps. They start from the old network. There these weights still have their θ⁽⁰⁾ values, for no step ever
 * changed them: that is the rewind.
 */
export function privateSpec(config: ExperimentConfig, data: EncodedData, masks: Map<string, Mask>): TrainingSpec {
  const spec = jointSpec(config, data, 'sparse', masks)
  const old = Object.keys(config.extend.rounds)
  const trainableMask = complement(unionAll(old.map((task) => requireMask(masks, task))))
  return {
    ...spec,
    stream: 'private',
    tasks: spec.tasks.map((task) => ({ ...task, frozen: old.includes(task.name) })),
    trainableMask,
  }
}

/** Multi-task warmup: joint and dense for w steps; its last weights are θ⁽ʷ⁾. Null where the config has no warmup. */
export function warmupSpec(config: ExperimentConfig, data: EncodedData): TrainingSpec | null {
  if (!warmsUp(config)) return null
  const { steps, epochs } = config.warmup
  const spec = jointSpec(config, data, 'hard', null)
  const stepsPerEpoch = plannedSteps({ ...spec, settings: { ...spec.settings, epochs: 1 } }, data)
  const maxSteps = steps + epochs * stepsPerEpoch
  const settings: TrainingSettings = {
    ...spec.settings,
    epochs: Math.ceil(maxSteps / stepsPerEpoch),
    maxSteps,
    averageFrom: null,
    patience: null,
    keep: 'last',
  }
  return { ...spec, id: { phase: 'warmup', task: null, round: null }, stream: 'warmup', settings }
}

/** Sparse sharing without masks would silently be hard sharing: a missing mask is an error. */
function requireMask(masks: Map<string, Mask> | null, task: string): Mask {
  const mask = masks?.get(task)
  if (!mask) throw new RangeError(`Sparse sharing needs a mask for every task; ${task} has none.`)
  return mask
}

const common = ({
  optimizer,
  joint,
}: ExperimentConfig): Pick<TrainingSettings, 'maxSteps' | 'settle' | 'keep' | 'optimizer' | 'sampling'> => ({
  maxSteps: null,
  settle: null,
  keep: 'best',
  optimizer,
  sampling: joint.sampling,
})
