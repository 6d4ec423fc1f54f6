/** How each format is loaded, for the model card. */
import type { ExportFormat } from '../../shared/exporting.ts'

const python = (...lines: string[]) => ['```python', ...lines, '```']

/** Markdown, by the name of a task that is there. */
export const LOADING: Record<ExportFormat, (task: string) => string[]> = {
  safetensors: (task) => [
    'safetensors, a file a task: float32 weights with the pruned ones 0, and `mask.NAME` (U8, 1 = kept) for each weight that can be pruned, where there is a mask.', '',
    ...python('from safetensors.numpy import load_file', `weights = load_file("${task}.safetensors")`),
  ],
  npz: (task) => [
    'npz, the same arrays for NumPy alone; what they are stands in `metadata.json` among them.', '',
    ...python('import numpy as np', `weights = np.load("${task}.npz")`),
  ],
  packed: () => [
    'packed, all tasks in one file: the weights that at least one task keeps, and a bit a weight for each task\'s mask. Sparse Sharing Studio tags with it as with a run:', '',
    '```sh', 'sparse-sharing tag model.packed letter.txt', '```',
  ],
}
