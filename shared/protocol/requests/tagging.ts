/** Requests that tag text with what a run trained. */
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
import { handedFile, runReference, taskName } from './common.ts'
import type { HandedFile } from './datasets.ts'

const tagger = {
  run: runReference,
  method: z.enum(METHODS).optional(),
  tasks: z.array(taskName).min(1).max(64).optional(),
}

export const taggingRequests = {
  /** What a run can tag with. */
  'tag.run': z.strictObject({ run: runReference }),
  /** The tags of a text, which comes as one of the raw formats (see shared/tags/tagging.ts). The first call for a run loads its networks. */
  'tag.sentences': z.strictObject({
    ...tagger,
    text: z.string().max(200_000),
    format: z.enum(['text', 'wrapped', 'lines', 'tokens']).default('text'),
  }),
  /** A file that was handed over, tagged, in the format asked for: a file to fetch with files.read, and to drop then. */
  'tag.save': z.strictObject({
    ...tagger,
    file: handedFile,
    format: z.enum(INPUT_FORMATS).default('auto'),
    output: z.enum(OUTPUT_FORMATS),
    /** By default what the format has them count. */
    offsets: z.enum(OFFSET_UNITS).optional(),
    confidence: z.boolean().default(false),
  }),
}

export interface TaggingResults {
  'tag.run': TaggingChoices
  'tag.sentences': { tagger: TaggerInfo; sentences: TaggedText[] }
  /** `hint`: what a project of the tool needs, or null. */
  'tag.save': { file: HandedFile; counts: TagCounts; hint: string | null }
}

/** A run that is not finished may have more to tag with later. */
export interface TaggingChoices extends Pick<RunRecord, 'name' | 'status' | 'interrupted'> {
  run: string
  /** That it has networks of; empty before anything is trained. */
  methods: Method[]
  /** What tags unless another is asked for. */
  method: Method | null
  tasks: TaggedTask[]
}

export interface TaggedText {
  text: string
  /** Where it begins in what was sent, in UTF-16 units; null where it came as tokens. */
  start: number | null
  words: string[]
  /** First UTF-16 unit of each word in `text`, and the one after its last. */
  offsets: [start: number, end: number][]
  tasks: SentenceTags[]
}
