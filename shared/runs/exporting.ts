/** Trained subnets as files for other programs. No Node, no DOM. */
import type { Method } from '../settings/methods.ts'

/**
 * safetensors, npz: one file per task, dense, pruned weights 0; onnx, tfjs: the network with its weights, for other
 * programs to run, one graph per task, and for several tasks another with all heads; packed: one file with only the
 * kept weights, for the tagger.
 */
export const EXPORT_FORMATS = ['safetensors', 'npz', 'onnx', 'tfjs', 'packed'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** The file that `tag` accepts instead of a run. */
export const PACKED_ENDING = '.packed'

/** Exports one run to one folder. */
export interface ExportJob {
  run: string
  formats: readonly ExportFormat[]
  /** By default sparse sharing, else the first of hard, hierarchical, soft, subnet, single that the run has. */
  method?: Method | undefined
  /** All by default. */
  tasks?: string[] | undefined
  /** Absolute path of the folder. */
  folder: string
  /** Whether to replace an earlier export there. */
  replace: boolean
  /** Version of the program, for the model card. */
  version: string
}

export interface Exported {
  run: string
  name: string
  method: Method
  tasks: string[]
  files: { name: string; bytes: number }[]
}
