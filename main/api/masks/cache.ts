/** Unpacked masks, the last used ones: whoever moves through the rounds asks for the same ones again and again. A stored mask never changes. */
import { size, type Mask } from '../../../shared/network/mask.ts'
import type { Subnet } from '../../../shared/protocol/requests/masks.ts'
import { StoreError, type Store } from '../../store/index.ts'

/** Bytes of weights to keep: a hundred masks of the paper's network. */
const MOST_BYTES = 64 * 2 ** 20

export class MaskCache {
  private readonly store: Store
  private readonly mostBytes: number
  /** In order of use, the oldest first. */
  private readonly masks = new Map<string, Mask>()
  private bytes = 0

  constructor(store: Store, mostBytes = MOST_BYTES) {
    this.store = store
    this.mostBytes = mostBytes
  }

  /** `run` must be a full id. Throws a StoreError 'missing' where it has no such mask. */
  get({ run, task, round }: Subnet): Mask {
    const key = JSON.stringify([run, task, round])
    const mask = this.masks.get(key) ?? this.load({ run, task, round })
    if (this.masks.delete(key)) this.bytes -= size(mask)
    this.masks.set(key, mask)
    this.bytes += size(mask)
    for (const [oldest, { layers }] of this.masks) {
      if (this.bytes <= this.mostBytes || oldest === key) break
      this.masks.delete(oldest)
      this.bytes -= size({ layers })
    }
    return mask
  }

  private load({ run, task, round }: Subnet): Mask {
    const mask = this.store.loadMask(run, task, round)
    if (mask === null) throw new StoreError('missing', `Run ${run} has no mask of ${task} in round ${round}.`)
    return mask
  }
}
