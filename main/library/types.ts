/**
 * The types of the programmatic interface. They import nothing, so that the package can publish this file as it is.
 * docs/programmatic-use.md explains them with examples.
 */

/** A run in the studio's database, or a packed model (`sparse-sharing export RUN --format packed`). */
export type ModelSource =
  | {
      /** An id, the beginning of one, a name, or `last`. */
      run: string
      /** Path of the database; by default that of the studio. */
      database?: string
    }
  | {
      /** Path of a packed model, which needs no database. */
      file: string
    }

export type Method = 'single' | 'subnet' | 'hard' | 'soft' | 'hierarchical' | 'sparse'

export interface ModelOptions {
  /** Method whose networks to use; by default sparse sharing, else what the run has. */
  method?: Method
  /** All tasks by default. */
  tasks?: readonly string[]
}

export interface TaggerOptions extends ModelOptions {
  /** Maximum number of threads; 0, the default, is one per core. */
  threads?: number
  /** How raw text is split into tokens: as in the training corpus, by plain rules, or as recorded (`auto`). */
  tokens?: 'auto' | 'plain' | 'corpus'
  /** Called at most once, with what makes tagging slow, e.g. that the native kernels are missing. */
  onWarning?(message: string): void
}

export interface Task {
  name: string
  /** A label for every token, or spans. */
  kind: 'token' | 'span'
  /** Every tag that the task can assign. */
  tags: readonly string[]
}

/** A tagger, which keeps its threads until it is closed. */
export interface Tagger extends AsyncDisposable {
  /** Id of the run. */
  readonly run: string
  /** Name of the run. */
  readonly name: string
  readonly method: Method
  readonly tasks: readonly Task[]
  /** Splits raw text into sentences and tokens and tags them. Rejects with an Error if a thread ends. */
  tag(text: string): Promise<TaggedSentence[]>
  /** Tags sentences that are split into tokens already. Throws a TypeError if they are not arrays of strings. */
  tagTokens(sentences: readonly (readonly string[])[]): Promise<TaggedSentence[]>
  /** Ends the threads. */
  close(): Promise<void>
}

export interface TaggedSentence {
  text: string
  tokens: Token[]
  tasks: TaskTags[]
}

export interface Token {
  text: string
  /** Start and end (exclusive) in the text of the sentence, in UTF-16 units, as JavaScript counts. */
  start: number
  end: number
}

export interface TaskTags {
  task: string
  /** One per token; span tags are well-formed. */
  tags: string[]
  /** The probability of each tag. */
  confidence: number[]
  /** Empty for token tasks. */
  spans: Span[]
}

export interface Span {
  type: string
  /** First token, and the one after the last. */
  from: number
  to: number
  /** The lowest confidence of its tokens. */
  confidence: number
}

export type ConvertSource =
  | {
      /** Path of a file, plain or gzip. */
      file: string
    }
  | {
      text: string
      /** Name of the text in messages. */
      name?: string
    }

export type OutputFormat = 'conll' | 'conllu' | 'doccano' | 'prodigy' | 'labelstudio'

export interface ConvertOptions {
  /** Format of the input, as `sparse-sharing convert --from` takes it; detected by default. */
  from?: string
  to: OutputFormat
  /** Tasks and where they are, as `--task` takes them: `{ ner: '3' }`; by default everything that looks like tags. */
  tasks?: Readonly<Record<string, string | readonly string[] | null>>
  /** What to do with spans that don’t match token boundaries: refuse (the default) throws an Error. */
  spans?: 'refuse' | 'snap' | 'skip'
  /** Scheme of span tags in columns; IOB2 by default. */
  scheme?: 'IOB1' | 'IOB2' | 'BIOES' | 'BILOU'
  /** Column of the words in CoNLL files, counted from 0. */
  words?: number
  /** A WHATWG label; UTF-8 by default. */
  encoding?: string
}

export interface Converted {
  text: string
  /** Format of the input. */
  from: string
  /** Number of texts or sentences. */
  read: number
  written: number
  /** Spans that don’t match token boundaries, and what was left out. */
  problems: string[]
  notes: string[]
}

/** The subnet of a task, as a mask over the weights that pruning may remove. */
export interface TaskMask {
  task: string
  /** Kept weights divided by all of them; the paper calls this number sparsity. */
  density: number
  layers: MaskLayer[]
}

export interface MaskLayer {
  /** Name of the weight matrix, e.g. `bilstm.0.forward.W`. */
  name: string
  shape: number[]
  /** One byte per weight, row-major: 1 = kept, 0 = pruned. */
  kept: Uint8Array
}
