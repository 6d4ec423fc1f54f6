/** Requests about annotated text of other tools: imported as columns, and written in the formats of those tools. */
import { z } from 'zod'
import { SAVED_FORMATS, SPAN_POLICIES, type ConvertCounts } from '../../annotation/annotation.ts'
import type { FileFormat } from '../../annotation/formats.ts'
import { corpusId, fileId } from './common.ts'
import type { FileRef } from './datasets.ts'

const policy = z.enum(SPAN_POLICIES)

export const annotationRequests = {
  /**
   * Converts an uploaded file of an annotation tool to CoNLL columns; `format` overrides the detected
   * format. With `spans: 'refuse'`, spans that do not match word boundaries are reported and no file is written. A file
   * that has columns already is left as it is.
   */
  'annotations.import': z.strictObject({
    file: fileId,
    /** The text of brat's annotations, which are in a file of their own. */
    text: fileId.optional(),
    format: z.enum(['auto', 'doccano', 'prodigy', 'labelstudio', 'brat']).default('auto'),
    spans: policy,
  }),
  /**
   * Writes a split of a corpus, or the decided sentences of an annotation project, in one of the formats: a file to
   * fetch with files.read and then drop. brat: a zip file with a text and its annotations.
   */
  'annotations.save': z.strictObject({
    source: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('corpus'), corpus: corpusId, split: z.enum(['train', 'dev', 'test']) }),
      z.strictObject({ kind: z.literal('project'), project: z.string().regex(/^[\w-]{1,64}$/) }),
    ]),
    format: z.enum(SAVED_FORMATS),
    scheme: z.enum(['IOB1', 'IOB2', 'BIOES', 'BILOU']).default('IOB2'),
  }),
}

export interface AnnotationResults {
  'annotations.import': ImportedAnnotations
  'annotations.save': Saved
}

/** At most this many problems are listed; all are counted. */
export const SPAN_PROBLEMS_SHOWN = 200

/** Spans that do not match word boundaries, as messages with file, line and what was done about each. */
export interface SpanProblems {
  total: number
  shown: string[]
}

export interface ImportedAnnotations {
  /** Null: not a file of an annotation tool; read it as it is. */
  from: FileFormat | null
  /** Columns: the word, then the tasks in the order of `counts`; null where no file was written. */
  file: FileRef | null
  counts: Pick<ConvertCounts, 'read' | 'written' | 'tasks' | 'notes'> | null
  spanProblems: SpanProblems
}

export interface Saved {
  file: FileRef
  counts: Pick<ConvertCounts, 'read' | 'written' | 'tasks' | 'notes'>
}
