/** Trained subnets as layers models of TensorFlow.js: of one task, or of all tasks of a run. */
import { headName } from '../../../shared/network/parameters.ts'
import type { Branch } from '../branch.ts'
import { LayersModel } from './layers.ts'
import { taskLayers } from './network.ts'

/**
 * A model with the inputs `words` [batch, tokens] and `chars` [batch, tokens, chars] and one output per branch, in
 * order, [batch, tokens, tags]. The scores of CRFs, which no layer holds, are in the metadata. The JSON refers to
 * `weightsFile`.
 */
export function encodeTfjs(
  branches: readonly Branch[],
  { name, weightsFile, metadata }: { name: string; weightsFile: string; metadata: Record<string, unknown> },
): { json: string; weights: Uint8Array } {
  const model = new LayersModel()
  const inputs = { words: model.input('words', [null]), chars: model.input('chars', [null, null]) }
  const outputs = branches.map((branch) => taskLayers(model, inputs, branch))
  return model.encode(name, outputs, weightsFile, { ...metadata, ...crfs(branches) })
}

/** By task: transitions [from][to], and start and end scores of every tag. */
function crfs(branches: readonly Branch[]): { crf?: Record<string, unknown> } {
  const own = branches.filter(({ shape }) => shape.model.crf)
  if (own.length === 0) return {}
  return {
    crf: Object.fromEntries(
      own.map(({ task, theta }) => {
        const part = (name: string) => Array.from(theta(`${headName(task.name)}.${name}`).data)
        const [flat, tags] = [part('transitions'), task.tagNames.length]
        return [
          task.name,
          {
            transitions: task.tagNames.map((_, from) => flat.slice(from * tags, (from + 1) * tags)),
            start: part('start'),
            end: part('end'),
          },
        ]
      }),
    ),
  }
}
