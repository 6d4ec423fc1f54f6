/** Sends evaluated sentences to an annotation project, with their gold labels as suggestions. */
import type { EvaluatedSplit, EvaluatedSplitName } from '../../../shared/analysis/evaluated.ts'
import {
  labelNamed,
  MOST_SENTENCES,
  type AnnotationTask,
  type SuggestedTags,
} from '../../../shared/annotation/project.ts'
import type { SentToAnnotate } from '../../../shared/protocol/requests/analysis.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import { grouped } from '../../../shared/util/format.ts'
import { sentenceOfWords } from '../../../shared/tags/tagging.ts'
import { convertTagIds, spansOf, tagTable } from '../../../shared/tags/tags.ts'
import type { NewSentence } from '../../store/annotation/types.ts'
import type { Store } from '../../store/types.ts'
import { AnnotateError } from '../annotate/errors.ts'
import { newId } from '../datasets/importCorpus.ts'
import type { AnalysisCache } from './cache.ts'

export interface ToAnnotate {
  task: string
  split: EvaluatedSplitName
  /** Numbers of sentences in the split. */
  sentences: readonly number[]
  /** An existing project, or the name of a new one. */
  project: { id: string } | { name: string }
}

/**
 * Creates a project, or adds to one the sentences that it does not have yet. Throws an AnnotateError 'noSentence' where
 * the words are missing, 'otherTasks' where the project labels none of the tasks of these sentences.
 */
export async function sendToAnnotate(
  store: Store,
  cache: AnalysisCache,
  run: RunRecord,
  { task, split, sentences, project }: ToAnnotate,
): Promise<SentToAnnotate> {
  const cached = cache.get(run, task, split)
  const { words, missing } = await cached.words()
  if (words === null) throw new AnnotateError('noSentence', missing)
  const { sentenceStart } = cached.evaluated
  const wrong = sentences.find((s) => s + 1 >= sentenceStart.length)
  if (wrong !== undefined) throw new AnnotateError('noSentence', `There is no sentence ${wrong + 1} in ${split}.`)
  const gold = labelledTasks(run, task, split, cache, sentenceStart.length - 1).map((evaluated) => goldOf(evaluated))
  const chosen = [...new Set(sentences)].map((s): NewSentence => {
    const [from, to] = [sentenceStart[s], sentenceStart[s + 1]]
    const own = Array.from(words.ids.subarray(from, to), (id) => words.names[id])
    return { sentence: sentenceOfWords(own, null), document: null, given: gold.map(({ tagsOf }) => tagsOf(from, to)) }
  })
  const source = { kind: 'text' as const, name: `${run.name} ${split}`, sentences: chosen.length }
  const tasks = gold.map(({ description }) => description)
  if ('name' in project) {
    const id = newId(project.name)
    store.annotation.create({ id, name: project.name, sources: [source], tasks, model: null, sentences: chosen })
    return { project: id, added: chosen.length, known: 0 }
  }
  const present = store.annotation.tasks(project.id)
  if (!present.some(({ name, kind }) => tasks.some((own) => own.name === name && own.kind === kind)))
    throw new AnnotateError(
      'otherTasks',
      `The project has none of the tasks of these sentences: ${tasks.map(({ name }) => name).join(', ')}.`,
    )
  const keyOf = (own: readonly string[]) => own.join('\t')
  const before = store.annotation.sentences(project.id)
  const known = new Set(before.map(({ sentence }) => keyOf(sentence.words)))
  const fresh = chosen.filter(({ sentence }) => !known.has(keyOf(sentence.words)))
  if (before.length + fresh.length > MOST_SENTENCES)
    throw new AnnotateError('tooMany', `A project has at most ${grouped(MOST_SENTENCES)} sentences.`)
  store.annotation.add(project.id, { ...source, sentences: fresh.length }, fresh, tasks)
  return { project: project.id, added: fresh.length, known: chosen.length - fresh.length }
}

/** All tasks of the run that label these sentences: those of the same corpus that were evaluated on the split. */
function labelledTasks(
  run: RunRecord,
  task: string,
  split: EvaluatedSplitName,
  cache: AnalysisCache,
  sentences: number,
): EvaluatedSplit[] {
  const corpora = Object.keys(run.config.corpora)
  const corpusOf = (name: string) => run.config.tasks[name]?.corpus ?? corpora[0]
  return Object.keys(run.config.tasks)
    .filter((name) => corpusOf(name) === corpusOf(task) && cache.has(run, name, split))
    .filter((name) => run.config.tasks[name].synthetic === null)
    .map((name) => cache.get(run, name, split).evaluated)
    .filter(({ sentenceStart }) => sentenceStart.length === sentences + 1)
}

function goldOf({ task, kind, tagNames, gold, sentenceStart }: EvaluatedSplit) {
  const { names, ids } =
    kind === 'span' ? convertTagIds(tagNames, gold, sentenceStart, 'IOB2') : { names: tagNames, ids: gold }
  // Also labels that these sentences do not have.
  const labels = kind === 'span' ? tagTable(tagNames).types : [...tagNames]
  const description: AnnotationTask = {
    ...{ name: task, kind },
    labels: labels.toSorted((a, b) => (a < b ? -1 : 1)).map(labelNamed),
  }
  const tagsOf = (from: number, to: number): SuggestedTags => {
    const tags = Array.from(ids.subarray(from, to), (id) => names[id])
    const spans = () => spansOf(tags).map(({ type, start, end }) => ({ type, from: start, to: end, confidence: null }))
    return { task, tags, confidence: null, spans: kind === 'span' ? spans() : null }
  }
  return { description, tagsOf }
}
