/** How each format is loaded, for the model card. */
import type { ExportFormat } from '../../shared/runs/exporting.ts'

const python = (...lines: string[]) => ['```python', ...lines, '```']

/** Markdown, by the name of a task that is there. */
export const LOADING: Record<ExportFormat, (task: string) => string[]> = {
  safetensors: (task) => [
    'safetensors, a file a task: float32 weights with the pruned ones 0, and `mask.NAME` (U8, 1 = kept) for each weight that can be pruned, where there is a mask.',
    '',
    ...python('from safetensors.numpy import load_file', `weights = load_file("${task}.safetensors")`),
  ],
  npz: (task) => [
    'npz, the same arrays for NumPy alone; what they are stands in `metadata.json` among them.',
    '',
    ...python('import numpy as np', `weights = np.load("${task}.npz")`),
  ],
  onnx: (task) => [
    'onnx, opset 17: a graph a task, its weights under its mask, and where there are several tasks `model.onnx` with all heads, where the shared weights stand once and each mask beside them. Numbers of words and characters are those of `vocabulary.json` plus 1; 0 fills up shorter sentences and words:',
    '',
    ...python(
      'import numpy as np, onnxruntime',
      `session = onnxruntime.InferenceSession("${task}.onnx")`,
      'words = np.array([[12, 7, 0]])              # [batch, tokens]',
      'chars = np.array([[[3, 9], [4, 0], [0, 0]]])  # [batch, tokens, characters]',
      `scores, = session.run(["${task}.scores"], {"words": words, "chars": chars})  # [batch, tokens, tags]`,
    ),
  ],
  tfjs: (task) => [
    'tfjs, a layers model of TensorFlow.js: a JSON and its weights a task, and `model.tfjs.json` with all heads where there are several. Numbers of words and characters are those of `vocabulary.json` plus 1; 0 fills up; the scores of a CRF stand in `userDefinedMetadata`:',
    '',
    '```js',
    `const model = await tf.loadLayersModel('${task}.tfjs.json')`,
    "const scores = model.predict([tf.tensor2d([[12, 7, 0]], [1, 3], 'int32'), tf.tensor3d([[[3, 9], [4, 0], [0, 0]]], [1, 3, 2], 'int32')])",
    '```',
  ],
  packed: () => [
    "packed, all tasks in one file: the weights that at least one task keeps, and a bit a weight for each task's mask. Sparse Sharing Studio tags with it as with a run:",
    '',
    '```sh',
    'sparse-sharing tag model.packed letter.txt',
    '```',
  ],
}
