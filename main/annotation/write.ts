/** Writes the common representation in any annotation format, as pieces of text. */
import { isTool, UNIT_OF, type ConvertJob, type Tool } from '../../shared/annotation/annotation.ts'
import type { TaggedSentence } from '../../shared/tags/taggedText.ts'
import { codePoints, type Sentence, type SentenceTags, type TaggedTask } from '../../shared/tags/tagging.ts'
import { tagsOfSpans } from '../../shared/tags/tags.ts'
import { DOCUMENT_START } from '../data/conllLayout.ts'
import { NO_VALUE } from '../data/conllu.ts'
import { writerFor } from '../tagger/writers.ts'
import { meetTokens, withinSentences, withinText, withoutOverlaps, type Alignment, type TokenSpan } from './align.ts'
import { commentsOfMeta } from './comments.ts'
import { writeDoccano } from './doccano.ts'
import { writeLabelStudio } from './labelStudio.ts'
import { layoutOf } from './layout.ts'
import { writeProdigy } from './prodigy.ts'
import type { Annotated, Corpus } from './types.ts'

type Output = Omit<ConvertJob['output'], 'write'>

/** Yields one piece per text or sentence. */
export function* written(corpus: Corpus, output: Output, alignment: Alignment): Generator<string> {
  if (isTool(output.format)) yield* toolRecords(corpus, output.format, output, alignment)
  else yield* columnSentences(corpus, output, alignment)
}

function* toolRecords(
  { documents, tasks, predicted }: Corpus,
  tool: Tool,
  { offsets }: Output,
  alignment: Alignment,
): Generator<string> {
  const unit = offsets ?? UNIT_OF[tool]
  let first = true
  for (const given of documents) {
    const document = withinText(given, alignment)
    if (tool === 'doccano') yield `${JSON.stringify(writeDoccano(document, tasks, unit))}\n`
    if (tool === 'prodigy')
      yield `${JSON.stringify(writeProdigy(onTokens(document, [...tasks.keys()], alignment), tasks, unit, !predicted))}\n`
    if (tool === 'labelstudio') {
      const model = predicted ? { version: 'predictions', score: null } : null
      yield `${first ? '[\n' : ',\n'}${JSON.stringify(writeLabelStudio(document, tasks, unit, model))}`
    }
    first = false
  }
  if (tool === 'labelstudio') yield first ? '[]\n' : '\n]\n'
}

/** Aligns the spans with tokens, as Prodigy requires. */
function onTokens(document: Annotated, tasks: string[], alignment: Alignment): Annotated {
  const layout = layoutOf(document)
  const fitted = tasks.map((task): [string, Annotated['spans'] extends Map<string, infer S> ? S : never] => {
    const met = meetTokens(document, layout, task, alignment)
    return [
      task,
      met.map(({ span, from, to }) => ({ ...span, start: layout.tokens[2 * from], end: layout.tokens[2 * to - 1] })),
    ]
  })
  return {
    ...document,
    tokens: document.tokens ?? layout.tokens,
    sentences: document.sentences,
    spans: new Map(fitted),
  }
}

function* columnSentences(corpus: Corpus, { format, scheme }: Output, alignment: Alignment): Generator<string> {
  if (corpus.tasks.size === 0)
    throw new Error(`${corpus.file}: found no span of any task, expected some; --task NAME names a task all the same`)
  const described = [...corpus.tasks].map(([name, kind]): TaggedTask => ({
    name,
    kind,
    scheme: kind === 'span' ? scheme : null,
    tagNames: [],
  }))
  const config = { tasks: Object.fromEntries([...corpus.columns].map(([name, tags]) => [name, { tags }])) } as never
  const paint = { bold: String, dim: String, good: String }
  const write = writerFor({
    format: format === 'conllu' ? 'conllu' : 'conll',
    tasks: described,
    config,
    offsets: 'utf16',
    columns: 80,
    paint,
  })
  for (const given of corpus.documents) {
    const document = withinText(given, alignment)
    if (layoutOf(document).tokens.length === 0) alignment.tallies.add('texts without a word left out')
    for (const tagged of taggedSentences(document, described, format, alignment)) {
      if (format === 'conll') countMissing(tagged, alignment)
      const comments = format === 'conllu' && tagged.sentence.source === null ? commentsOfMeta(document.meta) : ''
      yield comments + write(tagged)
    }
  }
}

/** The sentences of a text, with one tag per token for each task. */
function taggedSentences(
  document: Annotated,
  tasks: readonly TaggedTask[],
  format: Output['format'],
  alignment: Alignment,
): TaggedSentence[] {
  const { tokens, starts: cut } = layoutOf(document)
  let starts = cut
  const spans = tasks.map(({ name, kind }) => {
    const met = withoutOverlaps(
      document,
      name,
      kind,
      meetTokens(document, { tokens, starts }, name, alignment),
      alignment,
    )
    const fitting = withinSentences(document, starts, name, met, alignment)
    starts = fitting.starts
    return fitting.spans
  })
  const n = tokens.length / 2
  const counter = new PlaceCounter(document.text)
  // Spans and sentences are both sorted.
  const next = spans.map(() => 0)
  const spansBefore = (i: number, to: number): TokenSpan[] => {
    const begin = next[i]
    while (next[i] < spans[i].length && spans[i][next[i]].from < to) next[i]++
    return spans[i].slice(begin, next[i])
  }
  return starts.map((from, s) => {
    const to = starts[s + 1] ?? n
    const sentence = sentenceOf(document, tokens.subarray(2 * from, 2 * to), counter, format, alignment)
    return {
      sentence,
      tasks: tasks.map((task, i) => sentenceTags(task, spansBefore(i, to), from, to, alignment)),
    }
  })
}

/** Converts offsets to both units. Offsets must be given in ascending order, so that the text is scanned once. */
class PlaceCounter {
  private readonly text: string
  private utf16 = 0
  private count = 0

  constructor(text: string) {
    this.text = text
  }

  at(utf16: number): NonNullable<Sentence['start']> {
    this.count += codePoints(this.text.slice(this.utf16, utf16))
    this.utf16 = utf16
    return { utf16, codePoints: this.count }
  }
}

function sentenceOf(
  { text, line, joined, source }: Annotated,
  tokens: Int32Array,
  counter: PlaceCounter,
  format: Output['format'],
  { file, tallies }: Alignment,
): Sentence {
  const [begin, end] = [tokens[0], tokens[tokens.length - 1]]
  const words = Array.from({ length: tokens.length / 2 }, (_, t) => {
    const word = text.slice(tokens[2 * t], tokens[2 * t + 1])
    // A line feed or a tab would separate rows or columns.
    if (!/[\t\r\n]/.test(word)) return word
    tallies.add('tokens with a tab or line feed in them, written as a space')
    return word.replace(/[\t\r\n]+/g, ' ').trim()
  })
  if (format === 'conll' && words.includes(DOCUMENT_START))
    throw new Error(
      `${file}:${line}: found the word ${DOCUMENT_START}, which parts documents in CoNLL columns; ` +
        'expected any other, or --to conllu',
    )
  const start = joined === true ? null : counter.at(begin)
  return {
    words,
    text: text.slice(begin, end),
    offsets: tokens.map((offset) => offset - begin),
    start,
    source: format === 'conllu' ? (source ?? null) : null,
  }
}

function sentenceTags(
  { name, kind, scheme }: TaggedTask,
  spans: TokenSpan[],
  from: number,
  to: number,
  { file }: Alignment,
): SentenceTags {
  const local = spans.map(({ label, from: start, to: end }) => ({ type: label, start: start - from, end: end - from }))
  const unfit = local.find(({ type }) => /[\t\r\n]/.test(type))
  if (unfit !== undefined)
    throw new Error(
      `${file}: ${name}: found the label ${JSON.stringify(unfit.type)}, expected labels without tabs and line feeds`,
    )
  if (kind === 'span')
    return {
      task: name,
      tags: tagsOfSpans(local, to - from, scheme!),
      confidence: null,
      spans: local.map(({ type, start, end }) => ({ type, from: start, to: end, confidence: null })),
    }
  const tags = new Array<string>(to - from).fill(NO_VALUE)
  for (const { type, start } of local) tags[start] = type
  return { task: name, tags, confidence: null, spans: null }
}

/** CoNLL-U has a symbol for missing values; in CoNLL columns it would be a tag. */
function countMissing({ tasks }: TaggedSentence, { tallies }: Alignment): void {
  for (const { task, tags, spans } of tasks) {
    if (spans === null)
      tallies.add(
        `tokens without a label of ${task}, written as ${NO_VALUE}`,
        tags.filter((tag) => tag === NO_VALUE).length,
      )
  }
}
