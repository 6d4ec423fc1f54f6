/** Requests that tag text with the networks of a run. */
import { z } from 'zod'
import { METHODS, type Method } from '../../settings/methods.ts'
import type { RunRecord } from '../../runs/records.ts'
import {
  INPUT_FORMATS,
  OFFSET_UNITS,
  OUTPUT_FORMATS,
  type SentenceTags,
  type TagCounts,
  type TaggedTask,
  type TaggerInfo,
} from '../../tags/tagging.ts'
import { TOKENISATIONS } from '../../tags/tokenConventions.ts'
import { fileId, runReference, taskName } from './common.ts'
import type { FileRef } from './datasets.ts'

const tagger = {
  run: runReference,
  method: z.enum(METHODS).optional(),
  tasks: z.array(taskName).min(1).max(64).optional(),
}

export const taggingRequests = {
  /** Methods and tasks that a run can tag with. */
  'tag.run': z.strictObject({ run: runReference }),
  /** Tags a text in one of the raw formats (shared/tags/tagging.ts). The first call for a run loads its networks. */
  'tag.sentences': z.strictObject({
    ...tagger,
    text: z.string().max(200_000),
    format: z.enum(['text', 'wrapped', 'lines', 'tokens']).default('text'),
    tokens: z.enum(TOKENISATIONS).default('auto'),
  }),
  /** Tags an uploaded file and writes it in the requested format: a file to fetch with files.read and then drop. */
  'tag.save': z.strictObject({
    ...tagger,
    file: fileId,
    format: z.enum(INPUT_FORMATS).default('auto'),
    tokens: z.enum(TOKENISATIONS).default('auto'),
    output: z.enum(OUTPUT_FORMATS),
    /** By default the unit that the output format counts in. */
    offsets: z.enum(OFFSET_UNITS).optional(),
    confidence: z.boolean().default(false),
  }),
}

export interface TaggingResults {
  'tag.run': TaggingChoices
  'tag.sentences': { tagger: TaggerInfo; sentences: TaggedText[] }
  /** `hint`: the labelling setup that a project of the tool needs, or null. */
  'tag.save': { file: FileRef; counts: TagCounts; hint: string | null }
}

/** A run that is not finished may offer more methods later. */
export interface TaggingChoices extends Pick<RunRecord, 'name' | 'status' | 'interrupted'> {
  run: string
  /** Methods with trained networks; empty before anything is trained. */
  methods: Method[]
  /** The default method. */
  method: Method | null
  tasks: TaggedTask[]
  /** Whether it recorded how its training corpora split text into tokens. */
  corpusTokens: boolean
}

export interface TaggedText {
  text: string
  /** Its start in the request's text, in UTF-16 units; null where the text came as tokens. */
  start: number | null
  words: string[]
  /** Start and end of each word in `text`, in UTF-16 units. */
  offsets: [start: number, end: number][]
  tasks: SentenceTags[]
}
