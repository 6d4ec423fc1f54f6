/** Requests that tag text with what a run trained. */
import { z } from 'zod'
import { METHODS, type Method } from '../methods.ts'
import type { RunRecord } from '../records.ts'
import type { SentenceTags, TaggedTask, TaggerInfo } from '../tagging.ts'
import { runReference, taskName } from './common.ts'

export const taggingRequests = {
  /** What a run can tag with. */
  'tag.run': z.strictObject({ run: runReference }),
  /** The tags of a text, which comes as one of the raw formats (see shared/tagging.ts). The first call for a run loads its networks. */
  'tag.sentences': z.strictObject({
    run: runReference, method: z.enum(METHODS).optional(), tasks: z.array(taskName).min(1).max(64).optional(),
    text: z.string().max(200_000), format: z.enum(['text', 'wrapped', 'lines', 'tokens']).default('text'),
  }),
}

export interface TaggingResults {
  'tag.run': TaggingChoices
  'tag.sentences': { tagger: TaggerInfo; sentences: TaggedText[] }
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
