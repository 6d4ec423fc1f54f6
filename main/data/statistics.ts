/** Statistics of corpora, as plain numbers. */
import { LENGTH_BIN, type SplitFigures, type UnseenFigures } from '../../shared/annotation/corpusFigures.ts'
import { tagTable, visitSpans } from '../../shared/tags/tags.ts'
import type { Column, ColumnTable } from './columns.ts'
import { wordForm } from './vocabulary.ts'

/** Most unseen words listed. */
const NAMED = 100

/** Statistics of a split. `tags`: its column as in the file; in span tasks, missing values are O. */
export function splitFigures(
  { sentenceStart }: Pick<ColumnTable, 'sentenceStart'>,
  tags: Column,
  kind: 'span' | 'token',
): SplitFigures {
  return {
    ...lengthFigures(sentenceStart),
    labels: labelCounts(tags),
    spans: kind === 'span' ? spanCounts(tags, sentenceStart) : null,
  }
}

function lengthFigures(sentenceStart: Int32Array): Pick<SplitFigures, 'sentences' | 'tokens' | 'longest' | 'lengths'> {
  const sentences = sentenceStart.length - 1
  const lengths: number[] = []
  let longest = 0
  for (let s = 0; s < sentences; s++) {
    const length = sentenceStart[s + 1] - sentenceStart[s]
    longest = Math.max(longest, length)
    const bin = Math.floor((length - 1) / LENGTH_BIN)
    while (lengths.length <= bin) lengths.push(0)
    lengths[bin]++
  }
  return { sentences, tokens: sentenceStart[sentences], longest, lengths }
}

/** Token counts by name. Different ids may have the same name after conversion. */
function countsByName({ names, ids }: Column): Map<string, number> {
  const own = new Int32Array(names.length)
  for (const id of ids) own[id]++
  const counts = new Map<string, number>()
  names.forEach((name, i) => own[i] > 0 && counts.set(name, (counts.get(name) ?? 0) + own[i]))
  return counts
}

function labelCounts(tags: Column): SplitFigures['labels'] {
  return [...countsByName(tags)].map(([tag, count]) => ({ tag, count })).sort((a, b) => b.count - a.count)
}

function spanCounts({ names, ids }: Column, sentenceStart: Int32Array): { type: string; count: number }[] {
  const table = tagTable(names)
  const counts = table.types.map((type) => ({ type, count: 0 }))
  for (let s = 0; s + 1 < sentenceStart.length; s++) {
    visitSpans(table, ids, sentenceStart[s], sentenceStart[s + 1], (type) => counts[type].count++)
  }
  return counts.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
}

/**
 * Words and tags of dev unseen in train. Words are lower-cased, as in the default vocabulary. `tags`: columns by task.
 */
export function unseenFigures(
  train: Column,
  dev: Column,
  tags: { task: string; train: Column; dev: Column }[],
): UnseenFigures {
  const known = new Set(Array.from(countsByName(train).keys(), (name) => wordForm(name, true)))
  const unseen = new Map<string, number>()
  for (const [name, count] of countsByName(dev)) {
    const word = wordForm(name, true)
    if (!known.has(word)) unseen.set(word, (unseen.get(word) ?? 0) + count)
  }
  const tokens = [...unseen.values()].reduce((a, b) => a + b, 0)
  return {
    tokens,
    share: dev.ids.length === 0 ? 0 : tokens / dev.ids.length,
    words: [...unseen]
      .map(([word, count]) => ({ word, count }))
      .sort((a, b) => b.count - a.count)
      .slice(0, NAMED),
    tags: tags.map(({ task, ...columns }) => {
      const has = countsByName(columns.train)
      const others = [...countsByName(columns.dev)].filter(([tag]) => !has.has(tag))
      return {
        task,
        tokens: others.reduce((sum, [, count]) => sum + count, 0),
        tags: others.map(([tag]) => tag).sort(),
      }
    }),
  }
}
