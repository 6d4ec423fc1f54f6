/** Trained subnets as ONNX models: of one task, or of all tasks of a run with the weights they share. */
import { headName } from '../../../shared/network/parameters.ts'
import type { TaggedTask } from '../../../shared/tags/tagging.ts'
import { masked, type Branch } from '../branch.ts'
import { OnnxGraph, type Value } from './graph.ts'
import { taskScores, type MaskForm } from './network.ts'
import { encodeModel } from './proto.ts'

export const OPSET = 17

/**
 * A model with the inputs `words` [batch, tokens] and `chars` [batch, tokens, chars] and, for each branch, the output
 * TASK.scores [batch, tokens, tags]; with a CRF also TASK.transitions, .start and .end. With one branch, its weights
 * are masked; with several, the model contains the network's weights once and the mask of each task.
 */
export function encodeOnnx(
  branches: readonly Branch[],
  { name, metadata }: { name: string; metadata: Record<string, string> },
): Uint8Array {
  const graph = new OnnxGraph()
  const inputs = {
    words: graph.input({
      name: 'words',
      type: 'int64',
      shape: ['batch', 'tokens'],
      doc: 'Id of each word in vocabulary.json plus 1; 0 = padding.',
    }),
    chars: graph.input({
      name: 'chars',
      type: 'int64',
      shape: ['batch', 'tokens', 'chars'],
      doc: 'Id of each character in vocabulary.json plus 1; 0 = padding.',
    }),
  }
  const form: MaskForm = branches.length === 1 ? 'folded' : 'beside'
  for (const branch of branches) {
    const { task } = branch
    graph.output(taskScores(graph, inputs, branch, form), {
      name: `${task.name}.scores`,
      type: 'float32',
      shape: ['batch', 'tokens', task.tagNames.length],
      doc: `Scores of the tags of ${task.name}, in the order of vocabulary.json.`,
    })
    if (branch.shape.model.crf) crfOutputs(graph, branch, task)
  }
  const { nodes, constants, inputs: ins, outputs } = graph
  return encodeModel({
    name,
    doc: '',
    opset: OPSET,
    producer: 'Sparse Sharing Studio',
    metadata,
    nodes,
    constants,
    inputs: ins,
    outputs,
  })
}

function crfOutputs(graph: OnnxGraph, branch: Branch, { name, tagNames: { length: tags } }: TaggedTask): void {
  const value = (part: string, shape: number[]): Value =>
    graph.constant(`${headName(name)}.${part}`, shape, () =>
      Float32Array.from(masked(branch, `${headName(name)}.${part}`).data),
    )
  graph.output(value('transitions', [tags, tags]), {
    name: `${name}.transitions`,
    type: 'float32',
    shape: [tags, tags],
    doc: 'Score of a tag (column) after a tag (row).',
  })
  graph.output(value('start', [tags]), {
    name: `${name}.start`,
    type: 'float32',
    shape: [tags],
    doc: 'Score of a tag at the start of a sentence.',
  })
  graph.output(value('end', [tags]), {
    name: `${name}.end`,
    type: 'float32',
    shape: [tags],
    doc: 'Score of a tag at the end of a sentence.',
  })
}
