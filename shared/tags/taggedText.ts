/** A sentence with its tags, and as a file has it: CoNLL columns, JSON. The command line and the window write the same. */
import { inCodePoints, type OffsetUnit, type Sentence, type SentenceTags } from './tagging.ts'

export interface TaggedSentence {
  sentence: Sentence
  tasks: SentenceTags[]
}

/** Offsets of a sentence's words in the unit asked for. */
export function offsetsIn({ text, offsets }: Sentence, unit: OffsetUnit): Int32Array {
  return unit === 'utf16' ? offsets : inCodePoints(text, offsets)
}

/** Columns apart by tabs: those of the input, or the word; then the tags, task by task; then their confidences, if there are any. */
export function conllSentence({ sentence: { words, source }, tasks }: TaggedSentence): string {
  const given = source?.format === 'conll' ? source.lines : words
  // One text that grows: files of millions of tokens pass here.
  let text = ''
  for (let t = 0; t < words.length; t++) {
    text += given[t]
    for (const { tags } of tasks) text += `\t${tags[t]}`
    for (const { confidence } of tasks) if (confidence !== null) text += `\t${confidence[t].toFixed(4)}`
    text += '\n'
  }
  return `${text}\n`
}

/** What a line of JSONL holds. Offsets are into `text`; `start` is where text begins in the input, absent where it came as tokens. */
export function jsonSentence({ sentence, tasks }: TaggedSentence, unit: OffsetUnit): object {
  const offsets = offsetsIn(sentence, unit)
  const spans = tasks.flatMap(({ task, spans }) =>
    spans === null
      ? []
      : [
          [
            task,
            spans.map(({ type, from, to, confidence }) => ({
              type,
              start: offsets[2 * from],
              end: offsets[2 * to - 1],
              from,
              to,
              ...(confidence === null ? {} : { confidence: rounded(confidence) }),
            })),
          ] as const,
        ],
  )
  const scored = tasks.flatMap(({ task, confidence }) =>
    confidence === null ? [] : [[task, confidence.map(rounded)] as const],
  )
  return {
    ...(sentence.start === null ? {} : { start: sentence.start[unit] }),
    text: sentence.text,
    tokens: sentence.words.map((text, t) => ({ text, start: offsets[2 * t], end: offsets[2 * t + 1] })),
    tags: Object.fromEntries(tasks.map(({ task, tags }) => [task, tags])),
    spans: Object.fromEntries(spans),
    ...(scored.length === 0 ? {} : { confidence: Object.fromEntries(scored) }),
  }
}

const rounded = (value: number) => Math.round(value * 1e4) / 1e4
