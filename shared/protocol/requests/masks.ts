/** Requests about subnets: which masks there are, what they share, which keep each weight. */
import { z } from 'zod'
import type { RunStatus } from '../events.ts'
import type { LayerLayout } from '../../network/layout.ts'
import { runReference, taskName } from './common.ts'

const subnet = z.strictObject({ run: runReference, task: taskName, round: z.number().int().min(0) })
/** At most eight: a byte of `masks.weights` has a bit for each. */
const subnets = z.array(subnet).min(1).max(8)

export const maskRequests = {
  /** All masks of a run, by task and round. */
  'masks.list': z.strictObject({ run: runReference }),
  /** Other runs that have masks, those of the same network shape first, then the newest. */
  'masks.others': z.strictObject({ run: runReference }),
  /** What these subnets keep and share, layer by layer. All must be of one network shape. */
  'masks.compare': z.strictObject({ subnets }),
  /** Of one layer: for every weight, which of the subnets keep it. */
  'masks.weights': z.strictObject({ subnets, layer: z.string().min(1).max(200) }),
}

export interface MaskResults {
  'masks.list': MaskList
  'masks.others': OtherRun[]
  'masks.compare': MaskComparison
  'masks.weights': WeightMap
}

/** Mask number `round` of a task in a run. */
export type Subnet = z.output<typeof subnet>

export interface MaskList {
  /** The run in full, as far as the explorer needs it. */
  run: {
    id: string
    name: string
    status: RunStatus | 'interrupted'
    seed: number
    /** In the order of its config. */ tasks: string[]
  }
  /** Whether it prunes, or took the subnets of a run that did: else it will never have masks. */
  prunes: boolean
  /** By task in that order, then round. */
  masks: MaskInfo[]
}

export interface MaskInfo {
  task: string
  round: number
  kept: number
  density: number
  /** Dev score of the training under it; null while there is none. */
  dev: number | null
  /** Whether it was chosen for joint training. */
  chosen: boolean
}

export interface OtherRun {
  id: string
  name: string
  createdAt: string
  tasks: string[]
  /** Whether its subnets can be compared with those of the run asked about. */
  sameShape: boolean
}

export interface MaskComparison {
  layers: LayerComparison[]
}

/** In the order of the network. All else follows from the counts: see shared/network/combinations.ts. */
export interface LayerComparison {
  layer: string
  shape: number[]
  /** Weights by the combination of subnets that keeps them: bit i of the index is subnet i in the order asked. */
  combinations: number[]
}

export interface WeightMap extends LayerLayout {
  layer: string
  shape: number[]
  /** Base64 of one byte a weight, row-major: bit i is 1 where subnet i keeps it. */
  kept: string
}
