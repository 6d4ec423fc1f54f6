/** How to load each format, for the model card. */
import type { ExportFormat } from '../../shared/runs/exporting.ts'

const python = (...lines: string[]) => ['```python', ...lines, '```']

/** Markdown; the argument is the name of an exported task. */
export const LOADING: Record<ExportFormat, (task: string) => string[]> = {
  safetensors: (task) => [
    'safetensors, one file per task: float32 weights with 0 for pruned ones and, if there is a mask, `mask.NAME` ' +
      '(U8, 1 = kept) for each weight that can be pruned.',
    '',
    ...python('from safetensors.numpy import load_file', `weights = load_file("${task}.safetensors")`),
  ],
  npz: (task) => [
    'npz, the same arrays for NumPy without further packages; their metadata is in `metadata.json`.',
    '',
    ...python('import numpy as np', `weights = np.load("${task}.npz")`),
  ],
  onnx: (task) => [
    'onnx, opset 17: one graph per task, its weights under its mask, and for several tasks `model.onnx` with all ' +
      'heads, which contains the shared weights once and each mask. The ids of words and characters are those of ' +
      '`vocabulary.json` plus 1; 0 pads shorter sentences and words:',
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
    'tfjs, layers models of TensorFlow.js: a JSON and a weights file per task, and for several tasks ' +
      '`model.tfjs.json` with all heads. The ids of words and characters are those of `vocabulary.json` plus 1; 0 ' +
      'is padding; the scores of a CRF are in `userDefinedMetadata`:',
    '',
    '```js',
    `const model = await tf.loadLayersModel('${task}.tfjs.json')`,
    "const words = tf.tensor2d([[12, 7, 0]], [1, 3], 'int32') // [batch, tokens]",
    "const chars = tf.tensor3d([[[3, 9], [4, 0], [0, 0]]], [1, 3, 2], 'int32') // [batch, tokens, characters]",
    'const scores = model.predict([words, chars])',
    '```',
  ],
  packed: () => [
    'packed, all tasks in one file: the weights that at least one task keeps, and one bit per weight for each mask. ' +
      'Sparse Sharing Studio tags with it as with a run:',
    '',
    '```sh',
    'sparse-sharing tag model.packed letter.txt',
    '```',
  ],
}
