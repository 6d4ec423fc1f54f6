/** On which words each unit of a BiLSTM layer is most active, from a forward pass without training. */
import { deriveKey, uniform } from '../../shared/util/random.ts'
import type { EncodedSplit, SpellingTable } from '../data/types.ts'
import { inferenceBatches } from '../nn/inferenceBatch.ts'
import type { DeviceMask, Network } from '../nn/network.ts'

/** Words per unit. */
export const WORDS_PER_UNIT = 8
/** Words that occur less often are left out where enough others remain: a single occurrence is a matter of chance. */
const FEWEST_OCCURRENCES = 3

/** Per layer of H units in each direction, forward units first, W = WORDS_PER_UNIT. */
export interface UnitActivity {
  /** [2H, W] spelling ids by decreasing mean |output|; −1 where there are fewer words. */
  spellings: Int32Array
  /** [2H, W] mean output of the unit over the occurrences of the word, from −1 to 1. */
  means: Float32Array
}

/**
 * A seeded sample of whole sentences with at most `most` tokens, in their order; the split itself where it has no more.
 */
export function sampleSentences(split: EncodedSplit, most: number, seed: number): EncodedSplit {
  if (split.tags.length <= most) return split
  const { sentenceStart } = split
  const key = deriveKey(seed, 'activity')
  const shuffled = Array.from({ length: sentenceStart.length - 1 }, (_, s) => ({ s, at: uniform(s, key) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ s }) => s)
  const chosen: number[] = []
  let tokens = 0
  for (const s of shuffled) {
    const length = sentenceStart[s + 1] - sentenceStart[s]
    if (tokens + length > most) continue
    tokens += length
    chosen.push(s)
  }
  chosen.sort((a, b) => a - b)
  const starts = new Int32Array(chosen.length + 1)
  const index = new Int32Array(tokens)
  chosen.forEach((s, i) => {
    starts[i + 1] = starts[i] + sentenceStart[s + 1] - sentenceStart[s]
    for (let t = sentenceStart[s], at = starts[i]; t < sentenceStart[s + 1]; t++, at++) index[at] = t
  })
  const pick = (values: Int32Array) => index.map((t) => values[t])
  return {
    sentenceStart: starts,
    words: pick(split.words),
    spellings: pick(split.spellings),
    tags: pick(split.tags),
  }
}

/**
 * The activity of the units of every layer beneath the task's head, under its mask. `onBatch` reports batches done and
 * planned. The rows of the network's word table must be caught up.
 */
export async function unitActivity(
  network: Network,
  { split, spellings, task }: { split: EncodedSplit; spellings: SpellingTable; task: string },
  mask: DeviceMask,
  onBatch: (done: number, total: number) => void,
): Promise<UnitActivity[]> {
  const { layers, hidden } = network.shape.model
  const batches = [...inferenceBatches(split, spellings)]
  const { slots, ids, counts } = slotsOf(split.spellings, spellings.charStart.length - 1)
  const found: UnitActivity[] = []
  for (let layer = 0; layer < layers; layer++) {
    const [sums, absolute] = [new Float64Array(ids.length * 2 * hidden), new Float64Array(ids.length * 2 * hidden)]
    for (const [b, batch] of batches.entries()) {
      const values = await network.encodeLayers(batch, task, mask, layer + 1)
      batch.tokens.forEach((token, row) => {
        const at = slots[split.spellings[token]] * 2 * hidden
        for (let u = 0, from = row * 2 * hidden; u < 2 * hidden; u++, from++) {
          sums[at + u] += values[from]
          absolute[at + u] += Math.abs(values[from])
        }
      })
      onBatch(layer * batches.length + b + 1, layers * batches.length)
    }
    found.push(mostActive(ids, counts, sums, absolute, 2 * hidden))
  }
  return found
}

/** Numbers the spellings that occur, by first occurrence. */
function slotsOf(spelled: Int32Array, all: number) {
  const slots = new Int32Array(all).fill(-1)
  const ids: number[] = []
  const counts: number[] = []
  for (const id of spelled) {
    if (slots[id] < 0) {
      slots[id] = ids.push(id) - 1
      counts.push(0)
    }
    counts[slots[id]]++
  }
  return { slots, ids, counts }
}

/** sums, absolute: [words, units]. */
export function mostActive(
  ids: readonly number[],
  counts: readonly number[],
  sums: Float64Array,
  absolute: Float64Array,
  units: number,
): UnitActivity {
  const frequent = ids.flatMap((_, w) => (counts[w] >= FEWEST_OCCURRENCES ? [w] : []))
  const words = frequent.length >= WORDS_PER_UNIT ? frequent : [...ids.keys()]
  const spellings = new Int32Array(units * WORDS_PER_UNIT).fill(-1)
  const means = new Float32Array(units * WORDS_PER_UNIT)
  for (let u = 0; u < units; u++) {
    const activity = (w: number) => absolute[w * units + u] / counts[w]
    const best = words.toSorted((a, b) => activity(b) - activity(a) || a - b).slice(0, WORDS_PER_UNIT)
    best.forEach((w, i) => {
      spellings[u * WORDS_PER_UNIT + i] = ids[w]
      means[u * WORDS_PER_UNIT + i] = sums[w * units + u] / counts[w]
    })
  }
  return { spellings, means }
}
