/** Requests about corpora: bringing files in, looking into them, the catalogue of what was imported. */
import { z } from 'zod'
import type { SplitFigures, UnseenFigures } from '../../annotation/corpusFigures.ts'
import type { TagScheme } from '../../tags/tags.ts'
import { corpusId, corpusName, handedFile as file } from './common.ts'

const column = z.union([z.number().int().min(0).max(1000), z.string().min(1).max(200)])
const format = z.enum(['auto', 'conll', 'conllu', 'conll2012'])

/** How the files of a corpus are to be read. */
const layout = {
  files: z.strictObject({ train: file, dev: file.nullable(), test: file.nullable() }),
  format,
  words: column,
  tasks: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[\w-]+$/, 'letters, digits, _ and - only')
          .max(100),
        column,
        kind: z.enum(['auto', 'span', 'token']),
        scheme: z.enum(['auto', 'IOB1', 'IOB2', 'BIOES', 'BILOU']),
      }),
    )
    .min(1)
    .max(64),
}

export const datasetRequests = {
  /** The catalogue, newest first. */
  'datasets.list': z.strictObject({}),
  'datasets.get': z.strictObject({ corpus: corpusId }),
  'datasets.rename': z.strictObject({ corpus: corpusId, name: corpusName }),
  /** Takes a corpus out of the catalogue, and its files away where no run was trained on them. */
  'datasets.delete': z.strictObject({ corpus: corpusId }),
  /** Hands over a file piece by piece: begin, append in order (base64 of at most PIECE_BYTES (shared/util/base64.ts), `from` = bytes before it), end. Nothing of it counts before its end. */
  'files.begin': z.strictObject({ name: z.string().min(1).max(255), bytes: z.number().int().min(0) }),
  'files.append': z.strictObject({ file, from: z.number().int().min(0), data: z.string().max(3_000_000) }),
  'files.end': z.strictObject({ file }),
  /** A file by its path on the machine that the program runs on. */
  'files.open': z.strictObject({ path: z.string().min(1).max(4096) }),
  /** A piece of a file that the program made for the window (runs.archive), from byte `from` on; drop it when it was read. */
  'files.read': z.strictObject({ file, from: z.number().int().min(0) }),
  'files.drop': z.strictObject({ file }),
  /** Reads a whole file, of which nothing is known yet: format, columns, a guess at the tasks, first sentences. Refused with `notACorpus` where it is none. */
  'datasets.inspect': z.strictObject({ file, format: format.optional(), words: column.optional() }),
  /** What an import of these files would bring: every fault, statistics, what dev has that train does not. Changes nothing. */
  'datasets.check': z.strictObject(layout),
  /** Puts a corpus into the catalogue: copies its files beside the database. Sentences with faults are left out and kept apart where `faults` says skip. */
  'datasets.import': z.strictObject({
    name: corpusName,
    ...layout,
    devFraction: z.number().gt(0).lt(1).optional(),
    faults: z.enum(['refuse', 'skip']),
  }),
  /** Puts the sample corpus into the catalogue that comes with the program; answers with the one that is there where it was imported before. */
  'datasets.sample': z.strictObject({}),
  /** A piece of the file of rejected sentences, from byte `from` on. */
  'datasets.rejected': z.strictObject({
    corpus: corpusId,
    split: z.enum(['train', 'dev', 'test']),
    from: z.number().int().min(0),
  }),
}

export type CorpusLayout = z.output<z.ZodObject<typeof layout>>

export interface DatasetResults {
  'datasets.list': Corpus[]
  'datasets.get': CorpusDetail
  'datasets.rename': Corpus
  'datasets.delete': Record<string, never>
  'files.begin': { file: string }
  'files.append': { received: number }
  'files.end': HandedFile
  'files.open': HandedFile
  'files.read': { bytes: number; data: string }
  'files.drop': Record<string, never>
  'datasets.inspect': Inspection
  'datasets.check': CorpusCheck
  'datasets.import': Corpus
  'datasets.sample': Corpus
  'datasets.rejected': { name: string; bytes: number; data: string }
}

/** A file that the program holds, for an import or to be fetched. */
export interface HandedFile {
  file: string
  name: string
  bytes: number
}

export type Split = 'train' | 'dev' | 'test'

/** A corpus of the catalogue. */
export interface Corpus {
  id: string
  name: string
  createdAt: string
  format: 'conll' | 'conllu' | 'conll2012'
  words: number | string
  /** Fraction of train held out where there is no dev file. */
  devFraction: number
  files: CorpusFile[]
  tasks: CorpusTask[]
  /** Null where it was imported. */
  origin: CorpusOrigin | null
}

/** A dataset version: what of it a person corrected, and what a model had suggested. */
export interface CorpusOrigin {
  /** The correction, which may be gone, and its name then. */
  project: string
  name: string
  /** From 1 on. */
  version: number
  /** The corpus whose training data it adds to; null for a corpus of its own. */
  base: { id: string; name: string } | null
  /** Sentences taken as suggested, and otherwise. */
  accepted: number
  fixed: number
  /** Sentences of the base that corrected ones took the place of. */
  replaced: number
  /** Runs with the name they had then, null where it was gone already. */
  suggestedBy: { run: string; name: string | null; method: string; sentences: number }[]
  /** Tasks as the correction calls them, and as this corpus does. */
  tasks: { task: string; name: string }[]
}

export interface CorpusFile {
  split: Split
  /** As it was called where it came from. */
  name: string
  /** The studio's own copy. */
  path: string
  /** Of the sentences left out for their faults, or null. */
  rejectedPath: string | null
  hash: string
  bytes: number
  sentences: number
  tokens: number
  rejectedSentences: number
}

export interface CorpusTask {
  name: string
  column: number | string
  kind: 'span' | 'token'
  /** Found in the file; null for token tasks. */
  scheme: TagScheme | null
  labels: number
}

export interface CorpusDetail extends Corpus, CorpusFigures {
  /** Runs trained on it. */
  runs: { id: string; name: string }[]
}

export interface CorpusFigures {
  statistics: { split: Split; task: string; figures: SplitFigures }[]
  /** Null without a dev file. */
  unseen: UnseenFigures | null
}

/** What a file turned out to be. */
export interface Inspection {
  file: string
  name: string
  bytes: number
  format: 'conll' | 'conllu' | 'conll2012'
  separator: 'tab' | 'spaces'
  words: number | string
  sentences: number
  tokens: number
  /** Of the preview, in order; then what else can be a column, such as keys of MISC. */
  columns: ColumnInfo[]
  /** The first sentences, all columns: rows of tokens. */
  preview: { line: number; tokens: string[][] }[]
}

export interface ColumnInfo {
  /** What a task's column is given as: a number, a name, MISC:Key. */
  column: number | string
  /** Heading of the column of the preview it is in, e.g. "1" or "MISC". */
  title: string
  /** Index of the preview's column it is in. */
  index: number
  /** Values there are, counted up to some hundreds. */
  distinct: number
  /** The most frequent values, the first ones first. */
  examples: string[]
  /** What it seems to be. */
  role: 'words' | 'tags' | 'other'
  /** What task it could be, also where it does not seem to be one. */
  guess: { name: string; kind: 'span' | 'token'; scheme: TagScheme | null } | null
}

/** What an import would bring. */
export interface CorpusCheck extends CorpusFigures {
  format: 'conll' | 'conllu' | 'conll2012'
  files: CheckedFile[]
  /** As far as they could be told. */
  tasks: CorpusTask[]
  /** Whether an import is possible at all, leaving out the faulty sentences. */
  usable: boolean
}

export interface CheckedFile {
  split: Split
  name: string
  bytes: number
  /** Without a fault. */
  sentences: number
  tokens: number
  rejectedSentences: number
  /** What must be mended or left out. The first some hundreds told, all counted. */
  faults: Fault[]
  faultCount: number
  /** What is read as well as it goes; the same. */
  warnings: Fault[]
  warningCount: number
  /** False where leaving sentences out does not help. */
  usable: boolean
}

export interface Fault {
  /** Counted from 1; null where it is of the file as a whole. */
  line: number | null
  task: string | null
  /** What was found, what was expected. */
  message: string
}
