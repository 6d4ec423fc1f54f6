/** The formats of files with tagged or annotated text, by name. docs/formats.md describes each. No Node, no DOM. */

/**
 * Tokens in sentences: what `train` reads. conllup: CoNLL-U Plus; webanno: WebAnno and INCEpTION TSV 3; csv: a table
 * with a column for the sentence; huggingface: JSON with lists of tokens and of tags; spacy: spaCy's training JSON.
 */
export const CORPUS_FORMATS = [
  'conll',
  'conllu',
  'conll2012',
  'conllup',
  'webanno',
  'csv',
  'huggingface',
  'spacy',
] as const
export type CorpusFormat = (typeof CORPUS_FORMATS)[number]

/** Texts with spans of characters: what `convert` makes columns of. spacytext: pairs of a text and its entities. */
export const SPAN_FORMATS = ['doccano', 'prodigy', 'labelstudio', 'brat', 'spacytext'] as const
export type SpanFormat = (typeof SPAN_FORMATS)[number]

export type FileFormat = CorpusFormat | SpanFormat

/** Formats that the studio's catalogue stores; it converts the others on import. */
export const CATALOGUE_FORMATS = ['conll', 'conllu', 'conll2012'] as const
export type CatalogueFormat = (typeof CATALOGUE_FORMATS)[number]

export const FORMAT_TITLES: Record<FileFormat, string> = {
  conll: 'CoNLL columns',
  conllu: 'CoNLL-U',
  conll2012: 'CoNLL-2012',
  conllup: 'CoNLL-U Plus',
  webanno: 'WebAnno TSV 3',
  csv: 'a table with a column for the sentence',
  huggingface: 'JSON with lists of tokens and tags (Hugging Face)',
  spacy: 'spaCy’s training JSON',
  doccano: 'doccano’s JSON',
  prodigy: 'Prodigy’s JSON lines',
  labelstudio: 'Label Studio’s JSON',
  brat: 'brat’s standoff annotations',
  spacytext: 'pairs of a text and its entities (spaCy)',
}

export function isCorpusFormat(format: FileFormat): format is CorpusFormat {
  return CORPUS_FORMATS.some((one) => one === format)
}

export function isSpanFormat(format: string): format is SpanFormat {
  return SPAN_FORMATS.some((one) => one === format)
}

export function isCatalogueFormat(format: string): format is CatalogueFormat {
  return CATALOGUE_FORMATS.some((one) => one === format)
}
