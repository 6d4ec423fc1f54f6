/** What a file of weights says of itself: enough to build the network and name its tags without anything beside it but the vocabulary. */
import type { TaggerInfo } from '../../shared/tagging.ts'
import type { Subnet } from './subnet.ts'

/** By name, as text: safetensors has no other metadata. `tags`, `model` and `tagger` are JSON. */
export function describe({ task, shape }: Subnet, { run, name, method }: TaggerInfo): Record<string, string> {
  return {
    format: 'sparse-sharing subnet 1',
    run, run_name: name, method,
    task: task.name,
    kind: task.kind,
    scheme: task.scheme ?? '',
    tags: JSON.stringify(task.tagNames),
    model: JSON.stringify({ ...shape.model, vectors: null, wordCount: shape.wordCount, charCount: shape.charCount, layers: shape.heads.find((head) => head.task === task.name)?.layers ?? shape.model.layers, soft: shape.soft ?? null }),
  }
}
