/**
 * Converts annotations from one format to another. Reads everything, reports every span that does not match the tokens,
 * then writes the whole output or nothing.
 */
import { labellingSetUp, type ConvertCounts, type ConvertJob } from '../../shared/annotation/annotation.ts'
import type { TaggedSentence } from '../../shared/tags/taggedText.ts'
import { fileBytes } from '../tagger/source.ts'
import { readCorpus } from './read.ts'
import { annotated } from './tagged.ts'
import { Tallies, type CharSpan, type Corpus } from './types.ts'
import { written } from './write.ts'

export { formatOf } from './read.ts'
export { toolWriter } from './tagged.ts'

/** Writes tagged sentences in a format, as human annotations. Throws what the output's `write` throws. */
export async function writeTagged(
  name: string,
  sentences: readonly TaggedSentence[],
  tasks: ReadonlyMap<string, 'span' | 'token'>,
  output: ConvertJob['output'],
): Promise<Pick<ConvertCounts, 'read' | 'written' | 'tasks' | 'notes'>> {
  const corpus: Corpus = {
    file: name,
    format: 'conll',
    tasks: new Map(tasks),
    columns: new Map(),
    documents: sentences.map(annotated),
    predicted: false,
    notes: [],
  }
  const tallies = new Tallies()
  let pieces = 0
  for (const piece of written(corpus, output, { file: name, policy: 'snap', issue: () => {}, tallies })) {
    pieces++
    await output.write(piece)
  }
  return {
    read: sentences.length,
    written: pieces - (output.format === 'labelstudio' ? 1 : 0),
    tasks: taskCounts(corpus),
    notes: tallies.lines(),
  }
}

/**
 * Throws an Error with file and line if the input has a problem, and if spans do not match the tokens and the policy is
 * `refuse`.
 */
export async function convertInput({ input, output, spans, onIssue }: ConvertJob): Promise<ConvertCounts> {
  const { bytes, ...options } = input
  const { path, name } = options
  const corpus = await readCorpus(path === null ? bytes() : fileBytes(path), options)
  const tallies = new Tallies()
  const unfit = new Set<CharSpan>()
  const issue = (message: string, span: CharSpan) => {
    unfit.add(span)
    onIssue(message)
  }
  const pieces = [...written(corpus, output, { file: name, policy: spans, issue, tallies })]
  if (unfit.size > 0 && spans === 'refuse') {
    throw new Error(
      `${name}: ${unfit.size === 1 ? '1 span does' : `${unfit.size} spans do`} not fit, nothing was written; ` +
        '--spans snap takes the tokens that they touch, --spans skip leaves them out',
    )
  }
  // Written in pieces, because the length of a string is limited.
  for (let i = 0; i < pieces.length; i += 1000) await output.write(pieces.slice(i, i + 1000).join(''))
  const tasks = taskCounts(corpus)
  const hints = output.format === 'labelstudio' ? [labellingSetUp(tasks)] : []
  if (tasks.length > 1 && (output.format === 'doccano' || output.format === 'prodigy'))
    hints.push(
      'labels bear the name of their task (ner:PER), and spans of several tasks overlap: the project must allow that',
    )
  return {
    from: corpus.format,
    read: corpus.documents.length,
    written: pieces.length - (output.format === 'labelstudio' ? 1 : 0),
    tasks,
    notes: [...corpus.notes, ...tallies.lines(), ...hints],
  }
}

function taskCounts({ tasks, documents }: Corpus): ConvertCounts['tasks'] {
  return [...tasks].map(([name, kind]) => {
    const labels = new Map<string, number>()
    for (const { spans } of documents)
      for (const { label } of spans.get(name) ?? []) labels.set(label, (labels.get(label) ?? 0) + 1)
    return {
      name,
      kind,
      spans: [...labels.values()].reduce((sum, count) => sum + count, 0),
      labels: [...labels.keys()].sort(),
    }
  })
}
