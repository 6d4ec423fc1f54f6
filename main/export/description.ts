/** Metadata in a file of weights: enough to build the network and name its tags, given the vocabulary. */
import type { TaggerInfo } from '../../shared/tags/tagging.ts'
import type { Subnet } from './subnet.ts'

/** Values are text, because safetensors has no other metadata. `tags` and `model` are JSON. */
export function describe({ task, shape }: Pick<Subnet, 'task' | 'shape'>, info: TaggerInfo): Record<string, string> {
  return {
    format: 'sparse-sharing subnet 1',
    ...origin(info),
    task: task.name,
    kind: task.kind,
    scheme: task.scheme ?? '',
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

/** Metadata of a file with several tasks. `tags` is JSON, by task. */
export function describeAll(info: TaggerInfo): Record<string, string> {
  return {
    format: 'sparse-sharing subnets 1',
    ...origin(info),
    tags: JSON.stringify(Object.fromEntries(info.tasks.map(({ name, tagNames }) => [name, tagNames]))),
  }
}

const origin = ({ run, name, method }: TaggerInfo) => ({ run, run_name: name, method })
