/** Reads the masks of a trained model. */
import { density, ones } from '../../shared/network/mask.ts'
import { prunableLayers } from '../../shared/network/parameters.ts'
import { readModel } from './source.ts'
import type { ModelOptions, ModelSource, TaskMask } from './types.ts'

/**
 * The subnet of each task, in the order of the tasks. A method without masks keeps every weight. Throws an Error that
 * says what the run or the file lacks.
 */
export function readMasks(source: ModelSource, options: ModelOptions = {}): TaskMask[] {
  const { info, networks } = readModel(source, options).model
  return info.tasks.map(({ name }) => {
    const network = networks.find(({ tasks }) => tasks.some((task) => task.name === name))!
    const mask = network.tasks.find((task) => task.name === name)!.mask ?? ones(prunableLayers(network.shape))
    return { task: name, density: density(mask), layers: mask.layers }
  })
}
