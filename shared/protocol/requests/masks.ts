/** Requests about subnets: the masks of a run, what they share, and which of them keep each weight. */
import { z } from 'zod'
import type { RunStatus } from '../events.ts'
import type { Evolution } from '../../network/evolution.ts'
import type { LayerLayout } from '../../network/layout.ts'
import type { UnitCounts } from '../../network/units.ts'
import { runReference, taskName } from './common.ts'

const subnet = z.strictObject({ run: runReference, task: taskName, round: z.number().int().min(0) })
/** At most eight: each has one bit of a byte in `masks.weights`. */
const subnets = z.array(subnet).min(1).max(8)

export const maskRequests = {
  /** All masks of a run, by task and round. */
  'masks.list': z.strictObject({ run: runReference }),
  /** Other runs that have masks, those of the same network shape first, then the newest. */
  'masks.others': z.strictObject({ run: runReference }),
  /** The weights that these subnets keep and share, by layer. All must have the same network shape. */
  'masks.compare': z.strictObject({ subnets }),
  /** For every weight of one layer, which of the subnets keep it. */
  'masks.weights': z.strictObject({ subnets, layer: z.string().min(1).max(200) }),
  /** Densities and overlaps over the rounds of a run. */
  'masks.evolution': z.strictObject({ run: runReference }),
  /** What these subnets keep of each hidden unit of the BiLSTM. */
  'masks.units': z.strictObject({ subnets }),
  /**
   * The words of dev on which each unit is most active in the network of sparse sharing, under the chosen subnet of a
   * task. Takes seconds, reports `unitWords` events, can be cancelled.
   */
  'masks.unitWords': z.strictObject({ run: runReference, task: taskName }),
}

export interface MaskResults {
  'masks.list': MaskList
  'masks.others': OtherRun[]
  'masks.compare': MaskComparison
  'masks.weights': WeightMap
  'masks.evolution': Evolution
  'masks.units': UnitCounts[]
  'masks.unitWords': UnitWords
}

/** Mask number `round` of a task in a run. */
export type Subnet = z.output<typeof subnet>

export interface MaskList {
  /** The data of the run that the subnet explorer shows. */
  run: {
    id: string
    name: string
    status: RunStatus | 'interrupted'
    seed: number
    /** In the order of its config. */
    tasks: string[]
  }
  /** Whether it prunes or uses the subnets of another run; otherwise it never has masks. */
  prunes: boolean
  /** Sorted by task in that order, then round. */
  masks: MaskInfo[]
}

export interface MaskInfo {
  task: string
  round: number
  kept: number
  density: number
  /** Dev score of the training under this mask; null until it is trained. */
  dev: number | null
  /** Whether it was chosen for joint training. */
  chosen: boolean
}

export interface OtherRun {
  id: string
  name: string
  createdAt: string
  tasks: string[]
  seed: number
  /** Whether its subnets can be compared with those of the requested run. */
  sameShape: boolean
  /** Whether its settings differ from those of the requested run in seed and name alone. */
  otherSeed: boolean
}

export interface UnitWords {
  task: string
  /** Tokens that were evaluated, of those of dev: a seeded sample of sentences where there are more. */
  tokens: number
  of: number
  /** By layer, then unit, forward units first: words by decreasing mean |output|, and their mean output. */
  layers: { word: string; mean: number }[][][]
}

export interface MaskComparison {
  layers: LayerComparison[]
}

/** In the order of the network. All measures follow from the counts (shared/network/combinations.ts). */
export interface LayerComparison {
  layer: string
  shape: number[]
  /** Number of weights by the combination of subnets that keep them: bit i of the index is subnet i of the request. */
  combinations: number[]
}

export interface WeightMap extends LayerLayout {
  layer: string
  shape: number[]
  /** Base64 of one byte per weight, row-major: bit i is 1 where subnet i keeps it. */
  kept: string
}
