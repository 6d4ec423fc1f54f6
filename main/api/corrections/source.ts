/** The sentences that a correction project starts with: of an uploaded file or of a corpus of the catalogue. */
import type { z } from 'zod'
import { MOST_SENTENCES, type CorrectionSource } from '../../../shared/annotation/correcting.ts'
import { grouped } from '../../../shared/util/format.ts'
import type { correctionRequests } from '../../../shared/protocol/requests/corrections.ts'
import type { Corpus, CorpusFile } from '../../../shared/protocol/requests/datasets.ts'
import { sentenceOfWords, type Sentence } from '../../../shared/tags/tagging.ts'
import { IssueList } from '../../data/problems.ts'
import { readColumns } from '../../data/read.ts'
import type { Tokeniser } from '../../data/tokens/tokeniser.ts'
import type { ReaderOptions } from '../../tagger/readers.ts'
import { fileBytes, sentenceGroups } from '../../tagger/source.ts'
import type { ApiContext } from '../types.ts'
import { CorrectionError } from './errors.ts'

export type SourceRequest = z.output<(typeof correctionRequests)['corrections.create']>['source']

/** Throws CorrectionError 'noSentence', 'tooMany', what `Uploads.hold` throws, and an Error with file and line. */
export async function readSource(
  { store, uploads }: Pick<ApiContext, 'store' | 'uploads'>,
  request: SourceRequest,
  tokeniser: Tokeniser,
): Promise<{ source: CorrectionSource; sentences: Sentence[] }> {
  if (request.kind === 'file')
    return uploads.hold([request.file], 'read', async ([{ path, name }]) => ({
      source: { kind: 'file' as const, name },
      sentences: await readFile(path, { name, format: request.format, words: request.words, tokeniser }),
    }))
  const corpus = store.getCorpus(request.corpus)
  const file = corpus.files.find(({ split }) => split === request.split)
  if (file === undefined)
    throw new CorrectionError(
      'noSentence',
      `The corpus ${corpus.name} has no ${request.split} file; ` +
        `it has ${corpus.files.map(({ split }) => split).join(', ')}.`,
    )
  return {
    source: { kind: 'corpus', corpus: corpus.id, name: corpus.name, split: request.split },
    sentences: await readCorpusFile(corpus, file),
  }
}

async function readFile(path: string, options: ReaderOptions): Promise<Sentence[]> {
  const sentences: Sentence[] = []
  for await (const group of sentenceGroups(fileBytes(path), options)) {
    sentences.push(...group)
    if (sentences.length > MOST_SENTENCES) throw tooMany(options.name)
  }
  if (sentences.length === 0)
    throw new CorrectionError('noSentence', `${options.name}: found no sentence, expected at least one`)
  return sentences
}

/** Rows of CoNLL-U are kept, so that the dataset version has their other columns too. */
async function readCorpusFile({ format, words }: Corpus, { path, name, sentences }: CorpusFile): Promise<Sentence[]> {
  if (sentences > MOST_SENTENCES) throw tooMany(name)
  if (format !== 'conll2012') return readFile(path, { name, format, words: Number(words) || 0 })
  const issues = new IssueList()
  const read = await readColumns(path, name, { format }, { words: String(words), tags: [] }, issues)
  issues.throwIfErrors()
  const { sentenceStart, words: column } = read!.table
  return Array.from({ length: sentenceStart.length - 1 }, (_, s) =>
    sentenceOfWords(Array.from(column.ids.subarray(sentenceStart[s], sentenceStart[s + 1]), (id) => column.names[id])),
  )
}

function tooMany(name: string): CorrectionError {
  return new CorrectionError(
    'tooMany',
    `${name}: found more than ${grouped(MOST_SENTENCES)} sentences, ` +
      'which is the limit: split the file and correct it in parts',
  )
}
