/** Output formats: a tagged sentence to text. */
import { conllSentence, jsonSentence, type TaggedSentence } from '../../shared/tags/taggedText.ts'
import type { OffsetUnit, OutputFormat, TaggedTask, TextPaint } from '../../shared/tags/tagging.ts'
import { conlluWriter, type TaskColumns } from './conlluWriter.ts'
import { htmlWriter } from './htmlWriter.ts'
import { textWriter } from './textWriter.ts'

/** The text of one sentence, line feed included; sentences come in order. */
export interface SentenceWriter {
  (tagged: TaggedSentence): string
  /** What stands after the last sentence. */
  end?(): string
}

export interface WriterOptions {
  format: OutputFormat
  tasks: readonly TaggedTask[]
  /** Of the run: says which column of CoNLL-U a task was learnt from. */
  config: TaskColumns
  /** What offsets in JSON count. */
  offsets: OffsetUnit
  /** Of the terminal, for text. */
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
