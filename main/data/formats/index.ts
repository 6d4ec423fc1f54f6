/** The readers of corpora by format. */
import type { CorpusFormat } from '../../../shared/annotation/formats.ts'
import type { ColumnRequest, LineParser, TokenSink } from '../columns.ts'
import { conllParser } from '../conll.ts'
import { CONLL2012_TAGS, conll2012Parser } from '../conll2012.ts'
import { CONLLU_COLUMNS, conlluParser } from '../conllu.ts'
import type { FormatOptions } from './columnNames.ts'
import { conlluPlusColumns, conlluPlusParser } from './conlluPlus.ts'
import { csvColumns, csvParser } from './csv.ts'
import { huggingFaceColumns, huggingFaceParser } from './huggingFace.ts'
import { spacyColumns, spacyParser } from './spacy.ts'
import { webannoColumns, webannoParser } from './webanno.ts'

export type { FormatOptions, LabelNames } from './columnNames.ts'

type Sniffed = readonly (string | null)[]

export interface CorpusReader {
  /** Names of the columns that may hold tags; null where columns are numbers. */
  columns(sniffed: Sniffed): string[] | null
  /** Takes the lines of the file that begins with `sniffed` and puts its tokens into `sink`. */
  parser(sniffed: Sniffed, request: ColumnRequest, sink: TokenSink, options: FormatOptions): LineParser
}

export const CORPUS_READERS: Record<CorpusFormat, CorpusReader> = {
  conll: { columns: () => null, parser: conllParser },
  conllu: { columns: () => [...CONLLU_COLUMNS], parser: (_, request, sink) => conlluParser(request, sink) },
  conll2012: { columns: () => [...CONLL2012_TAGS], parser: (_, request, sink) => conll2012Parser(request, sink) },
  conllup: { columns: conlluPlusColumns, parser: conlluPlusParser },
  webanno: { columns: webannoColumns, parser: webannoParser },
  csv: { columns: csvColumns, parser: csvParser },
  huggingface: { columns: huggingFaceColumns, parser: huggingFaceParser },
  spacy: { columns: spacyColumns, parser: spacyParser },
}
