/**
 * Recently used masks, unpacked: moving through the rounds asks for the same ones again. A stored mask never changes.
 */
import { LRUCache } from 'lru-cache'
import { size, type Mask } from '../../../shared/network/mask.ts'
import type { Subnet } from '../../../shared/protocol/requests/masks.ts'
import { StoreError, type Store } from '../../store/index.ts'

/** Bytes, one per weight: a hundred masks of the paper's network. */
const MAX_BYTES = 64 * 2 ** 20

export class MaskCache {
  private readonly store: Store
  private readonly masks: LRUCache<string, Mask>

  constructor(store: Store, maxBytes = MAX_BYTES) {
    this.store = store
    this.masks = new LRUCache({ maxSize: maxBytes, sizeCalculation: (mask) => Math.max(1, size(mask)) })
  }

  /** `run` must be a full id. Throws a StoreError 'missing' where it has no such mask. */
  get({ run, task, round }: Subnet): Mask {
    const key = JSON.stringify([run, task, round])
    const known = this.masks.get(key)
    if (known !== undefined) return known
    const mask = this.store.loadMask(run, task, round)
    if (mask === null) throw new StoreError('missing', `Run ${run} has no mask of ${task} in round ${round}.`)
    this.masks.set(key, mask)
    return mask
  }
}
