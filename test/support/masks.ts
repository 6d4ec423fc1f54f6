import type { Mask } from '../../shared/network/mask.ts'
import { prunableLayers, type NetworkShape } from '../../main/nn/parameters.ts'
import { Draw } from './arrays.ts'

/** A mask that keeps each prunable weight with this chance. */
export function randomMask(shape: NetworkShape, density: number, seed: string): Mask {
  const draw = new Draw('mask', seed)
  return {
    layers: prunableLayers(shape).map((layer) => ({
      ...layer,
      kept: draw.kept(layer.shape[0] * layer.shape[1], density),
    })),
  }
}
