/** Requests about annotated text of other tools: brought in as columns, and written in their dialects. */
import { z } from 'zod'
import {
  ANNOTATION_FORMATS,
  SPAN_POLICIES,
  type AnnotationFormat,
  type ConvertCounts,
} from '../../annotation/annotation.ts'
import { corpusId, handedFile } from './common.ts'
import type { HandedFile } from './datasets.ts'

const policy = z.enum(SPAN_POLICIES)

export const annotationRequests = {
  /**
   * A file that was handed over, as CoNLL columns where it is of doccano, Prodigy or Label Studio; `format` where its look deceives. With
   * `refuse` and spans that do not fit, these are told and nothing is made. A file of columns is left as it is.
   */
  'annotations.bring': z.strictObject({
    file: handedFile,
    format: z.enum(['auto', 'doccano', 'prodigy', 'labelstudio']).default('auto'),
    spans: policy,
  }),
  /** A split of a corpus, or the decided sentences of a correction, in a dialect: a file to fetch with files.read, and to drop then. */
  'annotations.save': z.strictObject({
    source: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('corpus'), corpus: corpusId, split: z.enum(['train', 'dev', 'test']) }),
      z.strictObject({ kind: z.literal('correction'), project: z.string().regex(/^[\w-]{1,64}$/) }),
    ]),
    format: z.enum(ANNOTATION_FORMATS),
    scheme: z.enum(['IOB1', 'IOB2', 'BIOES', 'BILOU']).default('IOB2'),
  }),
}

export interface AnnotationResults {
  'annotations.bring': Brought
  'annotations.save': Saved
}

/** So many misfits are shown; all are counted, and all stand in the file of misfits. */
export const MISFITS_SHOWN = 200

/** Spans that do not fit, as messages with file and line, and what became of each. */
export interface Misfits {
  total: number
  shown: string[]
}

export interface Brought {
  /** Null: no file of an annotation tool, to be read as it is. */
  from: AnnotationFormat | null
  /** The columns: the word, then the tasks in the order of `counts`; null where nothing was made. */
  file: HandedFile | null
  counts: Pick<ConvertCounts, 'read' | 'written' | 'tasks' | 'notes'> | null
  misfits: Misfits
}

export interface Saved {
  file: HandedFile
  counts: Pick<ConvertCounts, 'read' | 'written' | 'tasks' | 'notes'>
}
