/** Requests about subnets: which masks there are, what they share, which keep each weight. */
import { z } from 'zod'
import type { LayerSharing } from '../mask.ts'
import { runReference, taskName } from './common.ts'

const subnet = z.strictObject({ run: runReference, task: taskName, round: z.number().int().min(0) })
/** At most eight: a byte of `masks.weights` has a bit for each. */
const subnets = z.array(subnet).min(1).max(8)

export const maskRequests = {
  /** All masks of a run, by task and round. */
  'masks.list': z.strictObject({ run: runReference }),
  /** What these subnets keep and share, layer by layer. All must be of one network shape. */
  'masks.compare': z.strictObject({ subnets }),
  /** Of one layer: for every weight, which of the subnets keep it. */
  'masks.weights': z.strictObject({ subnets, layer: z.string().min(1).max(200) }),
}

export interface MaskResults {
  'masks.list': MaskInfo[]
  'masks.compare': MaskComparison
  'masks.weights': WeightMap
}

/** Mask number `round` of a task in a run. */
export type Subnet = z.output<typeof subnet>

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

export interface MaskComparison {
  /** Whole network first (layer null), then by layer, in the order of the network. */
  parts: MaskPart[]
}

export interface MaskPart {
  layer: string | null
  /** Empty for the whole network. */
  shape: number[]
  size: number
  /** Weights kept by each subnet, in the order asked. */
  kept: number[]
  sharing: Omit<LayerSharing, 'layer' | 'size'>
  /** OR over all: kept by all / kept by any. */
  overlap: number
  /** By pair: a < b are places in the list asked. */
  pairs: { a: number; b: number; both: number; either: number }[]
}

export interface WeightMap {
  layer: string
  shape: number[]
  /** What the rows and the columns of the matrix are: parts of it with a name, in order, which add up to its shape. */
  rows: { name: string; count: number }[]
  columns: { name: string; count: number }[]
  /** Base64 of one byte a weight, row-major: bit i is 1 where subnet i keeps it. */
  kept: string
}
