/** Requests about corpora: bringing files in, looking into them, the catalogue of what was imported. */
import { z } from 'zod'
import type { TagScheme } from '../tags.ts'

const file = z.string().regex(/^[\w-]{1,64}$/)
const corpusId = z.string().regex(/^[\w-]{1,64}$/)
const column = z.union([z.number().int().min(0).max(1000), z.string().min(1).max(200)])
const format = z.enum(['auto', 'conll', 'conllu'])

export const datasetRequests = {
  /** The catalogue, newest first. */
  'datasets.list': z.strictObject({}),
  'datasets.get': z.strictObject({ corpus: corpusId }),
  'datasets.rename': z.strictObject({ corpus: corpusId, name: z.string().trim().min(1).max(100) }),
  /** Takes a corpus out of the catalogue, and its files away where no run was trained on them. */
  'datasets.delete': z.strictObject({ corpus: corpusId }),
  /** Hands over a file piece by piece: begin, append in order (base64), end. Nothing of it counts before its end. */
  'files.begin': z.strictObject({ name: z.string().min(1).max(255), bytes: z.number().int().min(0) }),
  'files.append': z.strictObject({ file, data: z.string().max(3_000_000) }),
  'files.end': z.strictObject({ file }),
  /** A file by its path on the machine that the program runs on. */
  'files.open': z.strictObject({ path: z.string().min(1).max(4096) }),
  'files.drop': z.strictObject({ file }),
  /** Reads the whole file: format, columns, a guess at the tasks, first sentences, every fault, statistics. */
  'datasets.inspect': z.strictObject({ file, format: format.optional(), words: column.optional() }),
  /** Puts a corpus into the catalogue: copies its files beside the database. Sentences with faults are left out and kept apart where `faults` says skip. */
  'datasets.import': z.strictObject({
    name: z.string().trim().min(1).max(100),
    files: z.strictObject({ train: file, dev: file.nullable(), test: file.nullable() }),
    format, words: column, devFraction: z.number().gt(0).lt(1).optional(),
    tasks: z.array(z.strictObject({
      name: z.string().regex(/^[\w-]+$/).max(100), column, kind: z.enum(['auto', 'span', 'token']),
      scheme: z.enum(['auto', 'IOB1', 'IOB2', 'BIOES', 'BILOU']),
    })).min(1).max(64),
    faults: z.enum(['refuse', 'skip']),
  }),
}

export interface DatasetResults {
  'datasets.list': Corpus[]
  'datasets.get': CorpusDetail
  'datasets.rename': Corpus
  'datasets.delete': Record<string, never>
  'files.begin': { file: string }
  'files.append': { received: number }
  'files.end': HandedFile
  'files.open': HandedFile
  'files.drop': Record<string, never>
  'datasets.inspect': Inspection
  'datasets.import': Corpus
}

/** A file that the program holds for an import. */
export interface HandedFile {
  file: string
  name: string
  bytes: number
}

/** A corpus of the catalogue. */
export interface Corpus {
  id: string
  name: string
  createdAt: string
  format: 'conll' | 'conllu'
  words: number | string
  /** Fraction of train held out where there is no dev file. */
  devFraction: number
  files: CorpusFile[]
  tasks: CorpusTask[]
}

export interface CorpusFile {
  split: 'train' | 'dev' | 'test'
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

export interface CorpusDetail extends Corpus {
  statistics: { split: CorpusFile['split']; task: string; statistics: SplitFigures }[]
  /** By task: share of the dev tokens whose word train does not have, 0 to 1, and of dev tokens with a tag that train does not have. Empty without dev. */
  unseen: { task: string; words: number; tags: number }[]
  /** Runs trained on it. */
  runs: { id: string; name: string }[]
}

/** Figures of one split for one task. */
export interface SplitFigures {
  sentences: number
  tokens: number
  longest: number
  /** Entry i counts sentences of 5i + 1 to 5i + 5 tokens. */
  lengths: number[]
  labels: { tag: string; count: number }[]
  spans: { type: string; count: number }[] | null
}

/** What a file turned out to be. */
export interface Inspection {
  file: string
  name: string
  bytes: number
  format: 'conll' | 'conllu'
  separator: 'tab' | 'spaces'
  words: number | string
  sentences: number
  tokens: number
  columns: ColumnInfo[]
  /** The first sentences, all columns: rows of tokens. */
  preview: { line: number; tokens: string[][] }[]
  /** Every fault told, up to a limit; `faultCount` has them all. */
  faults: { line: number | null; message: string }[]
  faultCount: number
  badSentences: number
}

export interface ColumnInfo {
  /** What a task's column is given as: a number, a name, MISC:Key. */
  column: number | string
  /** Heading of the preview's column it is in, e.g. "1" or "MISC". */
  title: string
  distinct: number
  examples: string[]
  /** What it seems to be. */
  role: 'words' | 'tags' | 'other'
  guess: { name: string; kind: 'span' | 'token'; scheme: TagScheme | null } | null
}
