/** What the data looks like, as plain numbers for the command line and the studio. */
import type { EncodedData, EncodedSplit, EncodedTask } from './types.ts'
import { tagTable, visitSpans } from '../../shared/tags.ts'

export interface SplitStatistics {
  sentences: number
  tokens: number
  longest: number
  /** How many sentences have 1–5, 6–10, … tokens: entry i counts lengths 5i + 1 to 5i + 5; the last has an entry above 0. */
  lengths: number[]
  /** Tokens by tag, the most frequent first. */
  labels: { tag: string; count: number }[]
  /** Spans by type, the most frequent first; null for token tasks. */
  spans: { type: string; count: number }[] | null
}

export interface TaskStatistics {
  task: string
  kind: EncodedTask['kind']
  fileScheme: EncodedTask['fileScheme']
  train: SplitStatistics
  dev: SplitStatistics
  /** Share of the dev tokens whose word, as the vocabulary has it, is unknown or never stands in the task's train split; 0 to 1. */
  unseenDevWords: number
  /** Dev tokens whose tag train does not have. */
  unseenDevTags: number
}

/** Width of a bin of `lengths`. */
export const LENGTH_BIN = 5

export function dataStatistics(data: EncodedData): TaskStatistics[] {
  return data.tasks.map((task) => ({
    task: task.name,
    kind: task.kind,
    fileScheme: task.fileScheme,
    train: splitStatistics(task.train, task),
    dev: splitStatistics(task.dev, task),
    unseenDevWords: unseenWords(task, data.wordCount),
    unseenDevTags: task.dev.tags.reduce((count, tag) => count + (tag >= task.tagCount ? 1 : 0), 0),
  }))
}

/** Also for a test split, with the tag names that came with it. */
export function splitStatistics(split: EncodedSplit, { kind, tagNames }: Pick<EncodedTask, 'kind' | 'tagNames'>): SplitStatistics {
  const sentences = split.sentenceStart.length - 1
  const lengths: number[] = []
  let longest = 0
  for (let s = 0; s < sentences; s++) {
    const length = split.sentenceStart[s + 1] - split.sentenceStart[s]
    longest = Math.max(longest, length)
    const bin = Math.floor((length - 1) / LENGTH_BIN)
    while (lengths.length <= bin) lengths.push(0)
    lengths[bin]++
  }
  const counts = new Array<number>(tagNames.length).fill(0)
  for (const tag of split.tags) counts[tag]++
  const labels = tagNames.map((tag, i) => ({ tag, count: counts[i] })).filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
  return { sentences, tokens: split.tags.length, longest, lengths, labels, spans: kind === 'span' ? spanStatistics(split, tagNames) : null }
}

function spanStatistics(split: EncodedSplit, tagNames: string[]): { type: string; count: number }[] {
  const table = tagTable(tagNames)
  const counts = table.types.map((type) => ({ type, count: 0 }))
  for (let s = 0; s + 1 < split.sentenceStart.length; s++) {
    visitSpans(table, split.tags, split.sentenceStart[s], split.sentenceStart[s + 1], (type) => counts[type].count++)
  }
  return counts.sort((a, b) => b.count - a.count)
}

function unseenWords(task: EncodedTask, wordCount: number): number {
  const seen = new Uint8Array(wordCount)
  for (const word of task.train.words) seen[word] = 1
  seen[0] = 0
  let unseen = 0
  for (const word of task.dev.words) if (seen[word] === 0) unseen++
  return task.dev.words.length === 0 ? 0 : unseen / task.dev.words.length
}
