/**
 * A training's checkpoint: weights, velocities, best weights, counters. Random numbers have no state
 * (shared/util/random.ts).
 */
import type { Mask } from '../../shared/network/mask.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import type { Network } from '../nn/network.ts'
import type { MaskedSgd } from '../nn/optimizer.ts'
import type { Progress } from './progress.ts'

export interface TrainingCheckpoint {
  step: number
  epoch: number
  state: ArrayBundle
  scalars: Record<string, unknown>
}

const WEIGHTS = 'weights/'
const OPTIMIZER = 'optimizer/'
/** Prefix of the best weights so far, which are the training's own arrays, not copies. */
export const BEST = 'best/'
/** Prefix of the mean of the weights, arrays of the training's own too. */
const AVERAGE = 'average/'
/** Prefix of the next mask of a search, by layer. */
const NEXT_MASK = 'nextMask/'

/**
 * Copies everything but the best weights and the mean, which no step changes. Changes nothing, so that a training's bits do not
 * depend on when checkpoints are taken.
 */
export async function takeCheckpoint(
  network: Network,
  optimizer: MaskedSgd,
  progress: Progress,
): Promise<TrainingCheckpoint> {
  const { best, average, settling, ...counters } = progress
  const state: ArrayBundle = {
    ...prefixed(WEIGHTS, await network.weights()),
    ...prefixed(OPTIMIZER, await optimizer.state()),
    ...prefixed(NEXT_MASK, maskArrays(settling.next)),
  }
  if (best) Object.assign(state, prefixed(BEST, best.weights))
  if (average.mean) Object.assign(state, prefixed(AVERAGE, average.mean))
  const scalars = {
    ...structuredClone(counters),
    averaged: average.count,
    calm: settling.calm,
    best: best && { epoch: best.epoch, mean: best.mean, dev: best.dev },
  }
  return { step: optimizer.step, epoch: progress.epoch, state, scalars }
}

export function restoreCheckpoint(
  { state, scalars }: TrainingCheckpoint,
  network: Network,
  optimizer: MaskedSgd,
  progress: Progress,
): void {
  network.load(withPrefix(WEIGHTS, state))
  optimizer.restore(withPrefix(OPTIMIZER, state))
  // Checkpoints of earlier versions lack some counters, which keep their initial values.
  const {
    best,
    averaged = 0,
    calm = 0,
    ...counters
  } = scalars as unknown as Progress & { averaged?: number; calm?: number }
  Object.assign(progress, structuredClone(counters))
  progress.settling = { next: maskOf(withPrefix(NEXT_MASK, state)), calm }
  progress.average = { count: averaged, mean: averaged === 0 ? null : withPrefix(AVERAGE, state) }
  progress.best = best && { ...best, weights: withPrefix(BEST, state) }
}

function maskArrays(mask: Mask | null): ArrayBundle {
  const layers = mask?.layers ?? []
  return Object.fromEntries(layers.map(({ name, shape, kept }) => [name, { shape, data: kept.slice() }]))
}

function maskOf(arrays: ArrayBundle): Mask | null {
  const layers = Object.entries(arrays).map(([name, { shape, data }]) => ({ name, shape, kept: data as Uint8Array }))
  return layers.length === 0 ? null : { layers }
}

function prefixed(prefix: string, bundle: ArrayBundle): ArrayBundle {
  return Object.fromEntries(Object.entries(bundle).map(([name, array]) => [prefix + name, array]))
}

function withPrefix(prefix: string, bundle: ArrayBundle): ArrayBundle {
  return Object.fromEntries(
    Object.entries(bundle)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, array]) => [name.slice(prefix.length), array]),
  )
}
