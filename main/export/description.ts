/** Metadata in a file of weights: enough to build the network and name its tags, given the vocabulary. */
import type { TaggerInfo } from '../../shared/tags/tagging.ts'
import type { TaggerModel } from '../tagger/model.ts'
import type { Subnet } from './subnet.ts'

type DescribedModel = Pick<TaggerModel, 'info' | 'networks'>

/** Values are text, because safetensors has no other metadata. `tags` and `model` are JSON. */
export function describe(
  { task, shape }: Pick<Subnet, 'task' | 'shape'>,
  { info, networks }: DescribedModel,
): Record<string, string> {
  const temperature = temperaturesOf(networks)[task.name]
  return {
    format: 'sparse-sharing subnet 1',
    ...origin(info),
    task: task.name,
    kind: task.kind,
    scheme: task.scheme ?? '',
    ...(temperature !== undefined && { temperature: String(temperature) }),
    tags: JSON.stringify(task.tagNames),
    model: JSON.stringify({
      ...shape.model,
      vectors: null,
      wordCount: shape.wordCount,
      charCount: shape.charCount,
      layers: shape.heads.find((head) => head.task === task.name)?.layers ?? shape.model.layers,
      soft: shape.soft ?? null,
      // Order of the rows and columns of soft.stitch.LAYER.
      tasks: shape.heads.map((head) => head.task),
    }),
  }
}

/** Metadata of a file with several tasks. `tags` and `temperatures` are JSON, by task. */
export function describeAll({ info, networks }: DescribedModel): Record<string, string> {
  const temperatures = temperaturesOf(networks)
  return {
    format: 'sparse-sharing subnets 1',
    ...origin(info),
    tags: JSON.stringify(Object.fromEntries(info.tasks.map(({ name, tagNames }) => [name, tagNames]))),
    ...(Object.keys(temperatures).length > 0 && { temperatures: JSON.stringify(temperatures) }),
  }
}

/** Fitted on dev, by task; a softmax over scores divided by it is calibrated. */
function temperaturesOf(networks: DescribedModel['networks']): Record<string, number> {
  const fitted = networks.flatMap(({ tasks }) =>
    tasks.flatMap((task) => (task.fitted === undefined ? [] : [[task.name, task.fitted] as const])),
  )
  return Object.fromEntries(fitted)
}

const origin = ({ run, name, method }: TaggerInfo) => ({ run, run_name: name, method })
