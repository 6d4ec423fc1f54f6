/**
 * When a round may end early: the mask that pruning now would give settles long before the weights do (early-bird
 * tickets, You et al., ICLR 2020).
 */
import type { Mask } from '../../shared/network/mask.ts'
import { keptCount } from '../../shared/network/mask.ts'
import type { ImpConfig } from '../../shared/settings/config.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { pruneByMagnitude } from './prune.ts'

/** The settings that decide when a mask has settled. */
export type SettleSettings = Pick<ImpConfig, 'pruningRate' | 'scope' | 'settledChange' | 'settledEpochs'>

/** The state between two epochs of a round. */
export interface Settling {
  /** The mask that pruning after the last epoch would have given; null before the first. */
  next: Mask | null
  /** Epochs in a row in which it settled. */
  calm: number
}

/** After an epoch: the next state, and how much the mask has changed; null in the first epoch. */
export function settle(
  before: Settling,
  weights: ArrayBundle,
  mask: Mask,
  { pruningRate, scope, settledChange }: SettleSettings,
): { state: Settling; change: number | null } {
  const next = pruneByMagnitude(weights, mask, pruningRate, scope)
  const change = before.next === null ? null : maskChange(before.next, next, mask)
  return { state: { next, calm: change !== null && change <= settledChange ? before.calm + 1 : 0 }, change }
}

/**
 * The fraction of the weights to prune in which two candidates for the next mask differ: 0 if both prune the same
 * weights of `mask`, 1 if they have none in common. Both prune the same number. 0 where nothing is pruned.
 */
export function maskChange(a: Mask, b: Mask, mask: Mask): number {
  const pruned = keptCount(mask) - keptCount(b)
  if (pruned === 0) return 0
  let differ = 0
  a.layers.forEach(({ kept }, l) => {
    const other = b.layers[l].kept
    for (let i = 0; i < kept.length; i++) differ += kept[i] ^ other[i]
  })
  return differ / 2 / pruned
}
