/** Output formats: each turns tagged sentences into text. */
import { conllSentence, jsonSentence, type TaggedSentence } from '../../shared/tags/taggedText.ts'
import type { OffsetUnit, OutputFormat, TaggedTask, TextPaint } from '../../shared/tags/tagging.ts'
import { conlluWriter, type TaskColumns } from './conlluWriter.ts'
import { htmlWriter } from './htmlWriter.ts'
import { textWriter } from './textWriter.ts'

/** Returns the text of one sentence, line feed included. Called once per sentence, in order. */
export interface SentenceWriter {
  (tagged: TaggedSentence): string
  /** The text after the last sentence. */
  end?(): string
}

export interface WriterOptions {
  format: OutputFormat
  tasks: readonly TaggedTask[]
  /** Config of the run: says from which column of CoNLL-U a task was learned. */
  config: TaskColumns
  /** Unit of the offsets in JSON. */
  offsets: OffsetUnit
  /** Width of the terminal, and its colours; for text. */
  columns: number
  paint: TextPaint
}

export function writerFor(options: WriterOptions): SentenceWriter {
  switch (options.format) {
    case 'conll':
      return conllSentence
    case 'conllu':
      return conlluWriter(options)
    case 'jsonl':
      return (tagged) => `${JSON.stringify(jsonSentence(tagged, options.offsets))}\n`
    case 'html':
      return htmlWriter(options)
    default:
      return textWriter(options)
  }
}
