/** Reads a person's annotations and finds the sentences of a project that they belong to, by their text. */
import type { AnnotationTask, Answer, AnswerSpan } from '../../shared/annotation/project.ts'
import { isCorpusFormat } from '../../shared/annotation/formats.ts'
import type { Sentence } from '../../shared/tags/tagging.ts'
import { fileBytes } from '../tagger/source.ts'
import { layoutOf } from './layout.ts'
import { formatOf, readCorpus } from './read.ts'
import type { Annotated, CharSpan, Corpus, ReadOptions } from './types.ts'

/** Answers to the sentences of a project, by position. */
export interface ReadDecisions {
  decisions: { position: number; answers: Answer[] }[]
  /** Sentences of the file that the project does not have. */
  missing: number
  /** What was left out or made to fit, with file and line. */
  problems: string[]
}

export interface DecisionsFile {
  path: string
  name: string
  encoding?: string | null
  /** The text of brat's annotations. */
  textPath?: string | undefined
  /** The source of each task in the file, as ReadOptions.tasks has it; by default by name. */
  sources?: Readonly<Record<string, string[]>> | undefined
}

/** A text of the file, or a sentence of it. White space is left out of `key`, so that tokens do not matter. */
interface Piece {
  document: Annotated
  start: number
  end: number
  key: string
}

const PROBLEMS_SHOWN = 50

/** Throws an Error that names file and line. */
export async function readDecisions(
  file: DecisionsFile,
  tasks: readonly AnnotationTask[],
  sentences: readonly { position: number; sentence: Sentence }[],
): Promise<ReadDecisions> {
  const corpus = await readFile(file, tasks)
  const names = taskNames(corpus, tasks, file)
  const problems: string[] = [...corpus.notes]
  const places = new Map<string, { position: number; sentence: Sentence }[]>()
  for (const one of sentences) {
    const key = squeezed(one.sentence.text)
    places.set(key, [...(places.get(key) ?? []), one])
  }
  const decisions: ReadDecisions['decisions'] = []
  let missing = 0
  for (const document of corpus.documents) {
    const whole: Piece = { document, start: 0, end: document.text.length, key: squeezed(document.text) }
    const pieces = places.has(whole.key) ? [whole] : sentencesOf(document)
    for (const piece of pieces) {
      // Equal sentences are matched in order.
      const found = places.get(piece.key)?.shift()
      if (found === undefined) missing++
      else
        decisions.push({
          position: found.position,
          answers: tasks.map((task) =>
            answerOf(task, names.get(task.name)!, piece, found.sentence, file.name, problems),
          ),
        })
    }
  }
  const more = problems.length - PROBLEMS_SHOWN
  return {
    decisions,
    missing,
    problems: more > 0 ? [...problems.slice(0, PROBLEMS_SHOWN), `${more} further problems`] : problems,
  }
}

async function readFile(
  { path, name, encoding = null, textPath, sources }: DecisionsFile,
  tasks: readonly AnnotationTask[],
): Promise<Corpus> {
  const format = await formatOf(fileBytes(path), name)
  const options: ReadOptions = {
    name,
    path,
    textPath,
    format,
    encoding,
    tasks: new Map(),
    kinds: new Map(tasks.map((task) => [task.name, task.kind])),
    offsets: null,
    annotator: 'only',
    words: 0,
  }
  if (sources !== undefined) options.tasks = new Map(Object.entries(sources))
  // Columns have no names: the tasks follow the word, in their order.
  else if (format === 'conll') options.tasks = new Map(tasks.map((task, i) => [task.name, [String(i + 1)]]))
  else if (isCorpusFormat(format)) options.tasks = new Map(tasks.map((task) => [task.name, null]))
  return readCorpus(fileBytes(path), options)
}

/** The task of the file for each task of the project: by name, or the only one where both have one. */
function taskNames(
  corpus: Corpus,
  tasks: readonly AnnotationTask[],
  { name: file }: DecisionsFile,
): Map<string, string> {
  const own = [...corpus.tasks.keys()]
  const names = new Map<string, string>()
  for (const { name } of tasks) {
    if (own.includes(name)) names.set(name, name)
    else if (own.length === 1 && tasks.length === 1) names.set(name, own[0])
    else
      throw new Error(
        `${file}: found the tasks ${own.join(', ') || 'none'}, expected ${tasks.map((task) => task.name).join(', ')}`,
      )
  }
  return names
}

function sentencesOf(document: Annotated): Piece[] {
  const { tokens, starts } = layoutOf(document)
  return starts.map((first, s) => {
    const last = starts[s + 1] ?? tokens.length / 2
    const [start, end] = [tokens[2 * first], tokens[2 * last - 1]]
    return { document, start, end, key: squeezed(document.text.slice(start, end)) }
  })
}

const squeezed = (text: string) => text.replace(/\s+/gu, '').normalize('NFC')

/** Spans are mapped by the characters that are not white space; one that cuts words is extended to them. */
function answerOf(
  { name, kind }: AnnotationTask,
  source: string,
  { document, start, end }: Piece,
  sentence: Sentence,
  file: string,
  problems: string[],
): Answer {
  const before = counterOf(document.text, start)
  const within = counterOf(sentence.text, 0)
  const words = sentence.words.map((_, t): [number, number] => [
    within(sentence.offsets[2 * t]),
    within(sentence.offsets[2 * t + 1]),
  ])
  const spans: AnswerSpan[] = []
  const found = (document.spans.get(source) ?? []).filter((span) => span.outside === undefined)
  for (const span of found) {
    if (span.end <= start || span.start >= end) continue
    const [from, to] = [before(Math.max(start, span.start)), before(Math.min(end, span.end))]
    const first = words.findIndex((word) => word[1] > from)
    const last = words.findLastIndex((word) => word[0] < to)
    if (first < 0 || last < first) continue
    if (words[first][0] !== from || words[last][1] !== to) problems.push(cutsWords(file, name, document, span))
    spans.push({ type: span.label, from: first, to: last + 1 })
  }
  if (kind === 'token') {
    const labels = new Array<string | null>(words.length).fill(null)
    for (const { type, from, to } of spans) labels.fill(type, from, to)
    const lacking = labels.indexOf(null)
    if (lacking >= 0)
      throw new Error(
        `${file}:${document.line}: ${name}: found no label for the word ${sentence.words[lacking]}, ` +
          'expected one for every word',
      )
    return { task: name, labels, spans: null }
  }
  return { task: name, labels: null, spans: withoutOverlaps(spans, file, name, document, problems) }
}

/** Returns a function that counts the characters that are not white space from `start` to a place. */
function counterOf(text: string, start: number): (place: number) => number {
  return (place) => squeezed(text.slice(start, place)).length
}

function cutsWords(file: string, task: string, { line, text }: Annotated, { start, end, label }: CharSpan): string {
  return `${file}:${line}: ${task}: ${JSON.stringify(text.slice(start, end))} (${label}) cuts words: taken as whole words`
}

/** The longest of overlapping spans is kept. */
function withoutOverlaps(
  spans: readonly AnswerSpan[],
  file: string,
  task: string,
  { line }: Annotated,
  problems: string[],
): AnswerSpan[] {
  const kept: AnswerSpan[] = []
  for (const span of spans.toSorted((a, b) => b.to - b.from - (a.to - a.from))) {
    if (kept.some(({ from, to }) => span.from < to && from < span.to))
      problems.push(`${file}:${line}: ${task}: a span of ${span.type} overlaps a longer one, which stays: left out`)
    else kept.push(span)
  }
  return kept.toSorted((a, b) => a.from - b.from)
}
