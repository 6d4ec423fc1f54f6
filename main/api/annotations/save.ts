/** Writes a split of a corpus or the decided sentences of an annotation project in the formats of other tools. */
import { writeFile } from 'node:fs/promises'
import {
  isTool,
  labellingSetUp,
  type AnnotationFormat,
  type SavedFormat,
} from '../../../shared/annotation/annotation.ts'
import { bratFiles } from '../../../shared/annotation/bratFiles.ts'
import { taggedAnswers, type AnnotationTask } from '../../../shared/annotation/project.ts'
import type { Saved } from '../../../shared/protocol/requests/annotations.ts'
import type { Split } from '../../../shared/protocol/requests/datasets.ts'
import type { OffsetUnit } from '../../../shared/tags/tagging.ts'
import { jsonSentence, type TaggedSentence } from '../../../shared/tags/taggedText.ts'
import type { TagScheme } from '../../../shared/tags/tags.ts'
import { convertInput, writeTagged } from '../../annotation/index.ts'
import type { DecidedBy } from '../../store/annotation/types.ts'
import type { Store } from '../../store/types.ts'
import { fileBytes } from '../../tagger/source.ts'
import { zip } from '../../export/zip.ts'
import { safe } from '../datasets/corpusFiles.ts'
import { DatasetError, onDisk } from '../datasets/errors.ts'
import type { Uploads } from '../datasets/uploads.ts'
import { textFile } from './textFile.ts'

const ENDINGS: Record<AnnotationFormat, string> = {
  conll: '.conll',
  conllu: '.conllu',
  doccano: '-doccano.jsonl',
  prodigy: '-prodigy.jsonl',
  labelstudio: '-labelstudio.json',
}

/**
 * Writes a split with all tasks of the corpus. Throws 'noFile' where it has no such split, 'notWritten' for a format
 * that can only be read.
 */
export function saveCorpus(
  store: Store,
  uploads: Uploads,
  { corpus: id, split }: { corpus: string; split: Split },
  format: SavedFormat,
  scheme: TagScheme,
): Promise<Saved> {
  const corpus = store.getCorpus(id)
  const found = corpus.files.find((one) => one.split === split)
  if (found === undefined) throw new DatasetError('noFile', `${corpus.name} has no ${split} file.`)
  const { format: from } = corpus
  if (from === 'conll2012')
    throw new DatasetError(
      'notWritten',
      `${corpus.name} is in CoNLL-2012 format, which can be read, but not written in other formats.`,
    )
  if (format === 'brat')
    throw new DatasetError('notWritten', 'Corpora are not written as brat files; annotation projects are.')
  const tasks = new Map(corpus.tasks.map(({ name, column }) => [name, [String(column)]]))
  const kinds = new Map(corpus.tasks.map(({ name, kind }) => [name, kind]))
  return textFile(uploads, `${corpus.name}-${split}${ENDINGS[format]}`, (write) =>
    convertInput({
      input: {
        name: found.name,
        path: found.path,
        bytes: () => fileBytes(found.path),
        format: from,
        tasks,
        kinds,
        offsets: null,
        annotator: 'only',
        words: typeof corpus.words === 'number' ? corpus.words : 0,
      },
      output: { format, offsets: null, scheme, write },
      spans: 'snap',
      onIssue: () => {},
    }),
  )
}

/**
 * Accepted and fixed sentences in the order of the source; or those that one person decided. Throws a StoreError where the
 * project does not exist, 'nothing' where nothing is decided.
 */
export function exportedSentences({ annotation }: Store, project: string, annotator?: string): DecidedBy[] {
  const { name, annotators } = annotation.get(project)
  const decided = annotator === undefined ? annotation.decided(project) : annotation.decidedBy(project, annotator)
  if (decided.length > 0) return decided
  if (annotator === undefined) throw new DatasetError('nothing', `No sentence of ${name} is accepted or fixed yet.`)
  const others = annotators.filter((one) => one !== '').join(', ') || 'nobody with a name yet'
  throw new DatasetError(
    'nothing',
    `${annotator} has decided no sentence of ${name}; decisions are there of ${others}.`,
  )
}

/** Writes these sentences as the project labels them. */
export async function saveProject(
  store: Store,
  uploads: Uploads,
  project: string,
  format: SavedFormat | 'jsonl',
  scheme: TagScheme,
  offsets: OffsetUnit | null = null,
  decided: readonly DecidedBy[] = exportedSentences(store, project),
): Promise<Saved & { hint: string | null }> {
  const { name, tasks } = store.annotation.get(project)
  if (format === 'brat') return saveBrat(uploads, name, decided, tasks)
  const sentences = decided.map(({ sentence, answers }) =>
    taggedAnswers(sentence, answers, tasks, format !== 'jsonl' && isTool(format) ? 'IOB2' : scheme),
  )
  const kinds = new Map(tasks.map((task) => [task.name, task.kind]))
  if (format === 'jsonl') return saveJsonLines(uploads, name, sentences, offsets ?? 'codePoints')
  const saved = await textFile(uploads, `${name}${ENDINGS[format]}`, (write) =>
    writeTagged(name, sentences, kinds, { format, offsets, scheme, write }),
  )
  return { ...saved, hint: format === 'labelstudio' ? labellingSetUp(saved.counts.tasks) : null }
}

/** A zip file with the text and its entities, which have the same name. */
async function saveBrat(
  uploads: Uploads,
  name: string,
  decided: readonly DecidedBy[],
  tasks: readonly AnnotationTask[],
): Promise<Saved & { hint: null }> {
  const { text, annotations } = bratFiles(decided, tasks)
  const encoder = new TextEncoder()
  const archive = await zip([
    [`${safe(name)}.txt`, encoder.encode(text)],
    [`${safe(name)}.ann`, encoder.encode(annotations)],
  ])
  const file = await onDisk(name, () => uploads.make(`${name}-brat.zip`, (path) => writeFile(path, archive)))
  const counts = { read: decided.length, written: decided.length, tasks: [], notes: [] }
  return { file, counts, hint: null }
}

/** One JSON object per sentence, as `tag` writes them. */
async function saveJsonLines(
  uploads: Uploads,
  name: string,
  sentences: readonly TaggedSentence[],
  unit: OffsetUnit,
): Promise<Saved & { hint: null }> {
  const saved = await textFile(uploads, `${name}.jsonl`, async (write) => {
    for (const one of sentences) await write(`${JSON.stringify(jsonSentence(one, unit))}\n`)
    return { read: sentences.length, written: sentences.length, tasks: [], notes: [] }
  })
  return { ...saved, hint: null }
}
