/** Trained subnets as files for other programs. No Node, no DOM. */
import type { Method } from '../settings/methods.ts'

/**
 * safetensors, npz: a file a task, dense, pruned weights 0; onnx, tfjs: the network with its weights for other programs to run, a graph a
 * task, and of several tasks one with all their heads too; packed: one file with what is kept alone, which the tagger loads.
 */
export const EXPORT_FORMATS = ['safetensors', 'npz', 'onnx', 'tfjs', 'packed'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** What `tag` takes in place of a run. */
export const PACKED_ENDING = '.packed'

/** One run to one folder. */
export interface ExportJob {
  run: string
  formats: readonly ExportFormat[]
  /** By default sparse sharing, else the first that the run has of hard, hierarchical, soft, subnet, single. */
  method?: Method
  /** All by default. */
  tasks?: string[]
  /** Absolute path of the folder. */
  folder: string
  /** Whether an earlier export there is replaced. */
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
