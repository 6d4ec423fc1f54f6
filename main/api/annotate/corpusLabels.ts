/** The sentences of a corpus of the catalogue, with its own labels as suggestions. */
import {
  labelNamed,
  MOST_SENTENCES,
  type AnnotationTask,
  type SuggestedTags,
} from '../../../shared/annotation/project.ts'
import type { Corpus, CorpusFile, CorpusTask } from '../../../shared/protocol/requests/datasets.ts'
import type { Sentence } from '../../../shared/tags/tagging.ts'
import { convertTagIds, spansOf, tagTable } from '../../../shared/tags/tags.ts'
import { readCorpusTable } from '../../data/catalogued.ts'
import { fileBytes, sentenceGroups } from '../../tagger/source.ts'
import { tooMany } from './errors.ts'

/** Rows of CoNLL-U are kept, so that a dataset version has their other columns too. */
export async function corpusSentences(corpus: Corpus, { path, name, sentences }: CorpusFile): Promise<Sentence[]> {
  const { format, words } = corpus
  if (sentences > MOST_SENTENCES) throw tooMany(name)
  const all: Sentence[] = []
  const options = { name, format, words: Number(words) || 0 }
  for await (const group of sentenceGroups(fileBytes(path), options)) all.push(...group)
  return all
}

/** Labels of each sentence, for every task, in the order of the file; and the tasks with all labels of the file. */
export async function corpusLabels(
  corpus: Corpus,
  file: CorpusFile,
  wanted: readonly CorpusTask[],
): Promise<{ tasks: AnnotationTask[]; tags: SuggestedTags[][] }> {
  const { sentenceStart, tags: byKey } = await readCorpusTable(corpus, file, wanted)
  const columns = wanted.map(({ column }) => byKey.get(String(column))!)
  const inIob2 = columns.map((column, i) =>
    wanted[i].kind === 'span' ? convertTagIds(column.names, column.ids, sentenceStart, 'IOB2') : column,
  )
  const tags = Array.from({ length: sentenceStart.length - 1 }, (_, s) =>
    wanted.map(({ name, kind }, i): SuggestedTags => {
      const { ids, names } = inIob2[i]
      const own = Array.from(ids.subarray(sentenceStart[s], sentenceStart[s + 1]), (id) => names[id])
      const spans = () => spansOf(own).map(({ type, start, end }) => ({ type, from: start, to: end, confidence: null }))
      return { task: name, tags: own, confidence: null, spans: kind === 'span' ? spans() : null }
    }),
  )
  const tasks = wanted.map(({ name, kind }, i): AnnotationTask => {
    const names = kind === 'span' ? tagTable(inIob2[i].names).types : [...inIob2[i].names]
    return { name, kind, labels: names.toSorted((a, b) => (a < b ? -1 : 1)).map(labelNamed) }
  })
  return { tasks, tags }
}
