/** Splits and merges the words of a sentence, and maps answers to the new words. */
import type { Answer, AnswerSpan } from '../../../shared/annotation/project.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import { AnnotateError } from './errors.ts'

export type WordsEdit = { do: 'split'; word: number; at: number } | { do: 'merge'; from: number; to: number }

/** Where an edit stands in a sentence, and the answers after it. Throws AnnotateError 'badAnswer'. */
export function editWords(
  sentence: Sentence,
  edit: WordsEdit,
): { sentence: Sentence; mapped: (answers: Answer[]) => Answer[] } {
  return edit.do === 'split' ? split(sentence, edit.word, edit.at) : merge(sentence, edit.from, edit.to)
}

function split(sentence: Sentence, word: number, at: number) {
  const { words, text, offsets } = sentence
  const whole = words[word]
  if (whole === undefined || at >= whole.length)
    throw new AnnotateError(
      'badAnswer',
      `found a split of word ${word + 1} after ${at} characters, expected one within a word of the sentence`,
    )
  if (isInsidePair(whole, at) || whole.slice(0, at).trim() === '' || whole.slice(at).trim() === '')
    throw new AnnotateError('badAnswer', `${whole} cannot be split after ${at} characters: choose another place.`)
  const start = offsets[2 * word]
  // White space inside a word that was merged before belongs to neither part.
  const left = whole.slice(0, at).trimEnd()
  const skipped = at + (whole.slice(at).length - whole.slice(at).trimStart().length)
  const ends = [start, start + left.length, start + skipped, offsets[2 * word + 1]]
  const changed: Sentence = {
    ...sentence,
    words: [...words.slice(0, word), left, whole.slice(skipped), ...words.slice(word + 1)],
    text,
    offsets: Int32Array.from([...offsets.slice(0, 2 * word), ...ends, ...offsets.slice(2 * word + 2)]),
    source: null,
  }
  const moved = (t: number) => (t > word ? t + 1 : t)
  return {
    sentence: changed,
    mapped: (answers: Answer[]) =>
      answers.map((answer) => ({
        ...answer,
        labels: answer.labels && [...answer.labels.slice(0, word + 1), ...answer.labels.slice(word)],
        spans: answer.spans && answer.spans.map((span) => ({ ...span, from: moved(span.from), to: moved(span.to) })),
      })),
  }
}

function merge(sentence: Sentence, from: number, to: number) {
  const { words, text, offsets } = sentence
  if (to - from < 2 || to > words.length)
    throw new AnnotateError(
      'badAnswer',
      `found a merge of words ${from + 1} to ${to}, expected at least two words of the ${words.length} of the sentence`,
    )
  const [start, end] = [offsets[2 * from], offsets[2 * to - 1]]
  const changed: Sentence = {
    ...sentence,
    words: [...words.slice(0, from), text.slice(start, end), ...words.slice(to)],
    offsets: Int32Array.from([...offsets.slice(0, 2 * from), start, end, ...offsets.slice(2 * to)]),
    source: null,
  }
  const gone = to - from - 1
  const first = (t: number) => (t <= from ? t : t < to ? from : t - gone)
  const past = (t: number) => (t <= from ? t : t < to ? from + 1 : t - gone)
  return {
    sentence: changed,
    mapped: (answers: Answer[]) =>
      answers.map((answer) => ({
        ...answer,
        labels: answer.labels && [...answer.labels.slice(0, from + 1), ...answer.labels.slice(to)],
        spans:
          answer.spans &&
          withoutOverlap(answer.spans.map((span) => ({ ...span, from: first(span.from), to: past(span.to) }))),
      })),
  }
}

/** Two spans that met inside the merged word cannot both have it: the first keeps it. */
function withoutOverlap(spans: readonly AnswerSpan[]): AnswerSpan[] {
  let end = 0
  return spans.flatMap((span) => {
    const from = Math.max(span.from, end)
    if (from >= span.to) return []
    end = span.to
    return [{ ...span, from }]
  })
}

/** Whether a place is between the two units of one character. */
function isInsidePair(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text[at - 1] ?? '') && /[\udc00-\udfff]/.test(text[at] ?? '')
}
