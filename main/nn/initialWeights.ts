/** θ⁽⁰⁾: the start weights of a run. */
import type { EncodedData, EncodedTask } from '../data/types.ts'
import type { ExperimentConfig, ModelConfig } from '../../shared/settings/config.ts'
import { isJointMethod, type JointMethod, type Method } from '../../shared/settings/methods.ts'
import type { Weights } from './network.ts'
import { initialValues, parameterSpecs, WORD_TABLE, type NetworkShape } from './parameters.ts'

/** What the shape of a network depends on. Both the data and a stored vocabulary know it. */
export interface ShapeOfData extends Pick<EncodedData, 'wordCount' | 'charCount'> {
  tasks: Pick<EncodedTask, 'name' | 'kind' | 'tagCount'>[]
}

/** The shape of the network for the given tasks of the data (all by default). */
export function networkShape(
  model: ModelConfig,
  data: ShapeOfData,
  tasks = data.tasks.map((task) => task.name),
): NetworkShape {
  const heads = tasks.map((name) => {
    const task = data.tasks.find((candidate) => candidate.name === name)
    if (!task) throw new RangeError(`The data has no task ${name}.`)
    return { task: name, tagCount: task.tagCount }
  })
  return { model, wordCount: data.wordCount, charCount: data.charCount, heads }
}

/** The network of a joint training. Hierarchical sharing has at least two layers: with one it would be hard sharing. */
export function jointShape(
  config: Pick<ExperimentConfig, 'model' | 'soft' | 'tasks'>,
  data: ShapeOfData,
  phase: JointMethod,
): NetworkShape {
  if (phase === 'soft') return { ...networkShape(config.model, data), soft: config.soft }
  if (phase !== 'hierarchical') return networkShape(config.model, data)
  const model = { ...config.model, layers: Math.max(2, config.model.layers) }
  const { heads, ...shape } = networkShape(model, data)
  const layers = (task: string) =>
    Math.min(
      config.tasks[task].layer ?? (data.tasks.find(({ name }) => name === task)!.kind === 'token' ? 1 : model.layers),
      model.layers,
    )
  return { ...shape, heads: heads.map((head) => ({ ...head, layers: layers(head.task) })) }
}

/** The network of a method for some tasks. A joint network has the heads of all tasks, whichever are asked for. */
export function methodShape(
  config: Pick<ExperimentConfig, 'model' | 'soft' | 'tasks'>,
  data: ShapeOfData,
  method: Method,
  tasks: string[],
): NetworkShape {
  return isJointMethod(method) ? jointShape(config, data, method) : networkShape(config.model, data, tasks)
}

/**
 * θ⁽⁰⁾: random values by seed, word vectors from their file where there is one. A parameter's values depend on seed and
 * name alone, so they are the same bits on every machine and in every network that has it.
 */
export function initialWeights(shape: NetworkShape, seed: number, vectors: Float32Array | null): Weights {
  const weights = Object.fromEntries(
    parameterSpecs(shape).map((spec) => [spec.name, { shape: spec.shape, data: initialValues(spec, seed) }]),
  )
  if (vectors) copyVectors(vectors, weights[WORD_TABLE].data, shape.model.wordDim)
  return weights
}

/** Rows of NaN mark words without a vector: they keep their random start. */
function copyVectors(vectors: Float32Array, table: Float32Array, dim: number): void {
  for (let row = 0; row < table.length; row += dim) {
    if (!Number.isNaN(vectors[row])) table.set(vectors.subarray(row, row + dim), row)
  }
}
