/** Requests about corpora: uploading and inspecting files, importing them, the catalogue of imported corpora. */
import { z } from 'zod'
import type { SplitFigures, UnseenFigures } from '../../annotation/corpusFigures.ts'
import type { TagScheme } from '../../tags/tags.ts'
import { corpusId, corpusName, fileId as file } from './common.ts'

const column = z.union([z.number().int().min(0).max(1000), z.string().min(1).max(200)])
const format = z.enum(['auto', 'conll', 'conllu', 'conll2012'])

/** How to read the files of a corpus. */
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
  /** All corpora, newest first. */
  'datasets.list': z.strictObject({}),
  'datasets.get': z.strictObject({ corpus: corpusId }),
  'datasets.rename': z.strictObject({ corpus: corpusId, name: corpusName }),
  /** Removes a corpus from the catalogue, and those of its files that no run was trained on. */
  'datasets.delete': z.strictObject({ corpus: corpusId }),
  /**
   * Uploads a file in pieces: begin, append in order, end. A piece is base64 of at most PIECE_BYTES
   * (shared/util/base64.ts); `from` is the number of bytes before it. The file can be used after `files.end` only.
   */
  'files.begin': z.strictObject({ name: z.string().min(1).max(255), bytes: z.number().int().min(0) }),
  'files.append': z.strictObject({ file, from: z.number().int().min(0), data: z.string().max(3_000_000) }),
  'files.end': z.strictObject({ file }),
  /** Opens a file by its path on the machine that the program runs on. The page may import it, but not read it. */
  'files.open': z.strictObject({ path: z.string().min(1).max(4096) }),
  /**
   * A piece of a file that the program wrote for the page (e.g. runs.archive), from byte `from` on. Drop the file after
   * reading.
   */
  'files.read': z.strictObject({ file, from: z.number().int().min(0) }),
  'files.drop': z.strictObject({ file }),
  /** Whether a file is UTF-8, and the encodings that it may have otherwise. */
  'files.encoding': z.strictObject({ file }),
  /** Converts a file from an encoding to UTF-8: another file, which takes its place. */
  'files.recode': z.strictObject({ file, encoding: z.string().min(1).max(40) }),
  /**
   * Reads a whole file and detects its format, columns and likely tasks; with its first sentences. Fails with
   * `notACorpus` where it cannot be read as a corpus.
   */
  'datasets.inspect': z.strictObject({ file, format: format.optional(), words: column.optional() }),
  /**
   * What an import of these files would give: all problems, statistics, what dev has that train lacks. Changes nothing.
   */
  'datasets.check': z.strictObject(layout),
  /**
   * Imports a corpus: copies its files beside the database. With `problems: 'skip'`, sentences with problems are left
   * out and kept in a file of rejected sentences.
   */
  'datasets.import': z.strictObject({
    name: corpusName,
    ...layout,
    devFraction: z.number().gt(0).lt(1).optional(),
    problems: z.enum(['refuse', 'skip']),
  }),
  /** Imports the sample corpus that ships with the program; returns the existing one if it was imported before. */
  'datasets.sample': z.strictObject({}),
  /** A piece of the file of rejected sentences, from byte `from` on. */
  /** The sentences of a split that fit a filter, from number `offset` on. */
  'datasets.sentences': z.strictObject({
    corpus: corpusId,
    split: z.enum(['train', 'dev', 'test']),
    word: z.string().max(200).default(''),
    label: z
      .strictObject({ task: z.string().max(200), label: z.string().max(200) })
      .nullable()
      .default(null),
    unseen: z.boolean().default(false),
    least: z.number().int().min(0).default(0),
    most: z.number().int().min(0).nullable().default(null),
    offset: z.number().int().min(0).default(0),
    limit: z.number().int().min(1).max(200).default(50),
  }),
  'datasets.rejected': z.strictObject({
    corpus: corpusId,
    split: z.enum(['train', 'dev', 'test']),
    from: z.number().int().min(0),
  }),
}

export type CorpusLayout = z.output<z.ZodObject<typeof layout>>

export interface CorpusSentencePage {
  /** Sentences of the split, and those that fit the filter. */
  total: number
  found: number
  /** Labels: types of spans, or tags, that the split has. */
  tasks: { name: string; kind: 'span' | 'token'; labels: string[] }[]
  sentences: CorpusSentence[]
}

export interface CorpusSentence {
  /** Its number in the split, from 0. */
  index: number
  words: string[]
  /** Words that train does not have, lower-cased; none in train itself. */
  unseen: boolean[]
  /** By task, then token, as in the file. */
  tags: string[][]
}

export interface DatasetResults {
  'datasets.list': Corpus[]
  'datasets.get': CorpusDetail
  'datasets.rename': Corpus
  'datasets.delete': Record<string, never>
  'files.begin': { file: string }
  'files.append': { received: number }
  'files.end': FileRef
  'files.open': FileRef
  'files.read': { bytes: number; data: string }
  'files.drop': Record<string, never>
  'files.encoding': FileEncoding
  'files.recode': FileRef
  'datasets.inspect': Inspection
  'datasets.check': CorpusCheck
  'datasets.import': Corpus
  'datasets.sample': Corpus
  'datasets.sentences': CorpusSentencePage
  'datasets.rejected': { name: string; bytes: number; data: string }
}

/** A file that the program holds for the page: uploaded, opened by path, or written for download. */
export interface FileRef {
  file: string
  name: string
  bytes: number
}

/** `choices`: for a file that is not UTF-8, each with a line of it in that encoding. */
export interface FileEncoding {
  utf8: boolean
  choices: { encoding: string; sample: string }[]
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
  /** Null for an imported corpus. */
  origin: CorpusOrigin | null
}

/** Where a dataset version comes from: the sentences that a person corrected and the models that suggested labels. */
export interface CorpusOrigin {
  /** The correction project, which may have been deleted since, and its name at the time. */
  project: string
  name: string
  /** Counted from 1. */
  version: number
  /** The corpus whose training data it extends; null for a separate corpus. */
  base: { id: string; name: string } | null
  /** Sentences accepted as suggested, and sentences that were changed. */
  accepted: number
  fixed: number
  /** Sentences of the base that corrected ones replaced. */
  replaced: number
  /** Runs with their names at the time; null where the run was deleted already. */
  suggestedBy: { run: string; name: string | null; method: string; sentences: number }[]
  /** Name of each task in the correction project and in this corpus. */
  tasks: { task: string; name: string }[]
}

export interface CorpusFile {
  split: Split
  /** Its original file name. */
  name: string
  /** The studio's copy. */
  path: string
  /** File of the sentences left out for their problems, or null. */
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
  /** Detected in the file; null for token tasks. */
  scheme: TagScheme | null
  labels: number
}

export interface CorpusDetail extends Corpus, CorpusFigures {
  /** Runs trained on it. */
  runs: { id: string; name: string }[]
}

export interface CorpusFigures {
  statistics: { split: Split; task: string; figures: SplitFigures }[]
  /** Null where there is no dev file. */
  unseen: UnseenFigures | null
}

/** The result of inspecting a file. */
export interface Inspection {
  file: string
  name: string
  bytes: number
  format: 'conll' | 'conllu' | 'conll2012'
  separator: 'tab' | 'spaces'
  words: number | string
  sentences: number
  tokens: number
  /** The columns of the preview in order, then further ones such as keys of MISC. */
  columns: ColumnInfo[]
  /** The first sentences: one row per token, all columns. */
  preview: { line: number; tokens: string[][] }[]
}

export interface ColumnInfo {
  /** How a task names this column: a number, a name, MISC:Key. */
  column: number | string
  /** Heading of its preview column, e.g. "1" or "MISC". */
  title: string
  /** Index of its preview column. */
  index: number
  /** Number of distinct values, counted up to a few hundred. */
  distinct: number
  /** The most frequent values in order of appearance. */
  examples: string[]
  /** What it most likely is. */
  role: 'words' | 'tags' | 'other'
  /** The task it could be, also where its role is not `tags`. */
  guess: { name: string; kind: 'span' | 'token'; scheme: TagScheme | null } | null
}

/** The preview of an import. */
export interface CorpusCheck extends CorpusFigures {
  format: 'conll' | 'conllu' | 'conll2012'
  files: CheckedFile[]
  /** As far as they could be detected. */
  tasks: CorpusTask[]
  /** Whether an import is possible without the sentences that have problems. */
  usable: boolean
}

export interface CheckedFile {
  split: Split
  name: string
  bytes: number
  /** Sentences without a problem. */
  sentences: number
  tokens: number
  rejectedSentences: number
  /** Problems that must be fixed or left out. The first few hundred are listed, all are counted. */
  problems: CorpusProblem[]
  problemCount: number
  /** Warnings: content that can be read but looks wrong; listed and counted in the same way. */
  warnings: CorpusProblem[]
  warningCount: number
  /** False where leaving sentences out is not enough. */
  usable: boolean
}

export interface CorpusProblem {
  /** Counted from 1; null where it concerns the file as a whole. */
  line: number | null
  task: string | null
  /** What was found and what was expected. */
  message: string
}
