/** The words of dev on which the units of the network of sparse sharing are most active, under a task's subnet. */
import type { UnitWords } from '../../shared/protocol/requests/masks.ts'
import type { SpellingTable } from '../data/types.ts'
import type { Vocabulary } from '../data/vocabulary.ts'
import type { Store } from '../store/types.ts'
import { sampleSentences, WORDS_PER_UNIT } from '../training/activity.ts'
import { withSparseNetwork, type EvaluationOptions } from './sparseNetwork.ts'

/** The most tokens that are evaluated: a sum per unit is kept for each of their words. */
const MOST_TOKENS = 60_000
/** Stands for characters that train does not have, which are not stored. */
const UNKNOWN_CHARACTER = '\uFFFD'

/** Throws a RangeError where the run has no such task, and what withSparseNetwork throws. */
export function unitWords(
  store: Store,
  runId: string,
  task: string,
  { onProgress, signal }: EvaluationOptions,
): Promise<UnitWords> {
  return withSparseNetwork(store, runId, signal, async (network) => {
    const { seed, masks, data, vocabulary, shape, weights, pool } = network
    const mask = masks.get(task)
    const encoded = data.tasks.find(({ name }) => name === task)
    if (mask === undefined || encoded === undefined) throw new RangeError(`The run has no task ${task}.`)
    const split = sampleSentences(encoded.dev, MOST_TOKENS, seed)
    onProgress(0, 1)
    const end = await pool.run({ type: 'activity', shape, weights, task, split, mask }, (progress) => {
      if (progress.type === 'batch') onProgress(progress.done, progress.total)
    })
    if (end.type !== 'active') throw new Error(`Unexpected end of an evaluation: ${end.type}`)
    const wordOf = speller(data.spellings, vocabulary)
    return {
      task,
      tokens: split.tags.length,
      of: encoded.dev.tags.length,
      layers: end.layers.map(({ spellings, means }) =>
        Array.from({ length: spellings.length / WORDS_PER_UNIT }, (_, unit) =>
          Array.from(spellings.subarray(unit * WORDS_PER_UNIT, (unit + 1) * WORDS_PER_UNIT), (id, i) => ({
            word: id < 0 ? null : wordOf(id),
            mean: means[unit * WORDS_PER_UNIT + i],
          })).flatMap(({ word, mean }) => (word === null ? [] : [{ word, mean }])),
        ),
      ),
    }
  })
}

function speller({ charStart, chars }: SpellingTable, vocabulary: Vocabulary): (id: number) => string {
  return (id) =>
    Array.from(chars.subarray(charStart[id], charStart[id + 1]), (char) =>
      char === 0 ? UNKNOWN_CHARACTER : vocabulary.chars[char],
    ).join('')
}
