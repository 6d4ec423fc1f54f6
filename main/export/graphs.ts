/** Files of the formats that contain whole networks: one per task and, for several tasks, one with all heads. */
import type { TaggerModel } from '../tagger/model.ts'
import { branchesOf, type Branch } from './branch.ts'
import { describe, describeAll } from './description.ts'
import type { FolderFiles } from './folder.ts'
import { encodeOnnx } from './onnx/index.ts'
import { encodeTfjs } from './tfjs/index.ts'

/** Name of the file with all heads; the others are named after their tasks. */
export const ALL_HEADS = 'model'

export function onnxFiles(model: TaggerModel): FolderFiles {
  return graphs(model).map(({ name, branches, metadata }) => ({
    name: `${name}.onnx`,
    content: () => encodeOnnx(branches, { name, metadata }),
  }))
}

/** A JSON file and a weights file per network. */
export function tfjsFiles(model: TaggerModel): FolderFiles {
  return graphs(model).flatMap(({ name, branches, metadata }) => {
    const weightsFile = `${name}.tfjs.bin`
    const encoded = () => encodeTfjs(branches, { name, weightsFile, metadata })
    return [
      { name: `${name}.tfjs.json`, content: () => encoded().json },
      { name: weightsFile, content: () => encoded().weights },
    ]
  })
}

function graphs(model: TaggerModel): { name: string; branches: Branch[]; metadata: Record<string, string> }[] {
  const branches = branchesOf(model)
  const own = branches.map((branch) => ({
    name: branch.task.name,
    branches: [branch],
    metadata: describe(branch, model),
  }))
  return branches.length === 1 ? own : [...own, { name: ALL_HEADS, branches, metadata: describeAll(model) }]
}
