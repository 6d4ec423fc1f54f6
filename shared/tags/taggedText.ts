/** Formats tagged sentences as CoNLL columns or JSON, for the command line and the window. */
import { inCodePoints, type OffsetUnit, type Sentence, type SentenceTags } from './tagging.ts'

export interface TaggedSentence {
  sentence: Sentence
  tasks: SentenceTags[]
}

/** Offsets of a sentence's words in the given unit. */
export function offsetsIn({ text, offsets }: Sentence, unit: OffsetUnit): Int32Array {
  return unit === 'utf16' ? offsets : inCodePoints(text, offsets)
}

/** Tab-separated columns: those of the input, or the word; the tags by task; their confidences, if any. */
export function conllSentence({ sentence: { words, source }, tasks }: TaggedSentence): string {
  const given = source?.format === 'conll' ? source.lines : words
  // String concatenation, because this is hot for files of millions of tokens.
  let text = ''
  for (let t = 0; t < words.length; t++) {
    text += given[t]
    for (const { tags } of tasks) text += `\t${tags[t]}`
    for (const { confidence } of tasks) if (confidence !== null) text += `\t${confidence[t].toFixed(4)}`
    text += '\n'
  }
  return `${text}\n`
}

/** One line of JSONL. Offsets are into `text`; `start` is the position of text in the input, absent for token input. */
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
