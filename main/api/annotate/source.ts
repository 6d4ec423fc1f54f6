/** The sentences that a project starts with: of uploaded files, of pasted text, of corpora of the catalogue. */
import type { z } from 'zod'
import { MOST_SENTENCES, type AnnotationSource, type AnnotationTask } from '../../../shared/annotation/project.ts'
import type { annotateRequests } from '../../../shared/protocol/requests/annotate.ts'
import type { Tokeniser } from '../../data/tokens/tokeniser.ts'
import type { NewSentence } from '../../store/annotation/types.ts'
import { sentencesOf } from '../../tagger/readers.ts'
import type { ApiContext } from '../types.ts'
import { corpusLabels, corpusSentences } from './corpusLabels.ts'
import { AnnotateError, tooMany } from './errors.ts'
import { documentOf, layoutOf, readSentences } from './textFile.ts'

type Context = Pick<ApiContext, 'store' | 'uploads'>
export type SourceRequest = z.output<(typeof annotateRequests)['annotate.create']>['sources'][number]

/** Sentences, where they come from, and the tasks that a corpus has labels for. */
export interface ReadSource {
  source: AnnotationSource
  sentences: NewSentence[]
  tasks: AnnotationTask[]
}

/**
 * Reads all sources. `given`: a corpus' own labels are kept as suggestions. Throws AnnotateError 'noSentence',
 * 'tooMany', 'notText', what `Uploads.hold` throws, and an Error with file and line.
 */
export async function readSources(
  context: Context,
  requests: readonly SourceRequest[],
  tokeniser: Tokeniser,
  given: boolean,
): Promise<ReadSource[]> {
  const sources: ReadSource[] = []
  let total = 0
  for (const request of requests) {
    const source = await readSource(context, request, tokeniser, given)
    total += source.sentences.length
    if (total > MOST_SENTENCES) throw tooMany(source.source.name)
    sources.push(source)
  }
  // One of several files is a document, unless its rows or records are.
  if (sources.length > 1)
    for (const { source, sentences } of sources)
      if (source.kind !== 'corpus') for (const one of sentences) one.document ??= source.name
  return sources
}

async function readSource(
  { store, uploads }: Context,
  request: SourceRequest,
  tokeniser: Tokeniser,
  given: boolean,
): Promise<ReadSource> {
  if (request.kind === 'file')
    return uploads.hold([request.file], 'read', async ([{ path, name }]) => {
      const reading = { ...request, path, name, tokeniser }
      const sentences: NewSentence[] = []
      for await (const group of readSentences(reading, await layoutOf(reading))) {
        for (const one of group) sentences.push({ ...one, given: null })
        if (sentences.length > MOST_SENTENCES) throw tooMany(name)
      }
      return textSource('file', name, sentences)
    })
  if (request.kind === 'text') {
    const { name, text } = request
    const sentences = sentencesOf(text.replace(/\r\n?/g, '\n'), 'text', tokeniser)
    if (sentences.length > MOST_SENTENCES) throw tooMany(name)
    return textSource(
      'text',
      name,
      sentences.map((sentence) => ({ sentence, document: null, given: null })),
    )
  }
  const corpus = store.getCorpus(request.corpus)
  const file = corpus.files.find(({ split }) => split === request.split)
  if (file === undefined)
    throw new AnnotateError(
      'noSentence',
      `The corpus ${corpus.name} has no ${request.split} file; ` +
        `it has ${corpus.files.map(({ split }) => split).join(', ')}.`,
    )
  const all = await corpusSentences(corpus, file)
  const { tasks, tags } = given ? await corpusLabels(corpus, file, corpus.tasks) : { tasks: [], tags: [] }
  if (given && tags.length !== all.length)
    throw new AnnotateError('noSentence', `${file.name}: found ${tags.length} tagged of ${all.length} sentences`)
  return {
    source: {
      ...{ kind: 'corpus', corpus: corpus.id, name: corpus.name, split: request.split },
      sentences: all.length,
    },
    sentences: all.map((sentence, s) => ({
      ...{ sentence, document: documentOf(sentence, file.name) },
      given: given ? tags[s] : null,
    })),
    tasks,
  }
}

function textSource(kind: 'file' | 'text', name: string, sentences: NewSentence[]): ReadSource {
  if (sentences.length === 0) throw new AnnotateError('noSentence', `${name}: found no sentence, expected at least one`)
  return { source: { kind, name, sentences: sentences.length }, sentences, tasks: [] }
}
