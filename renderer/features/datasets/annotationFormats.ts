/** Names of the formats of annotated text, and notes for choosing one. */
import { FORMAT_TITLES, type FileFormat } from '../../../shared/annotation/formats.ts'
import { ANNOTATION_FORMATS, SAVED_FORMATS, type SavedFormat } from '../../../shared/annotation/annotation.ts'

export { ANNOTATION_FORMATS, SAVED_FORMATS }

export const ANNOTATION_NAMES: Record<SavedFormat, string> = {
  conll: 'CoNLL columns',
  conllu: 'CoNLL-U',
  doccano: 'doccano',
  prodigy: 'Prodigy',
  labelstudio: 'Label Studio',
  brat: 'brat',
}

export const ANNOTATION_NOTES: Record<SavedFormat, string> = {
  conll: 'The word and one column per task, separated by tabs; a blank line ends a sentence.',
  conllu: 'Ten columns; tags go to UPOS or XPOS by the name of the task, else to MISC.',
  doccano: 'JSON lines; offsets count UTF-16 units. Spans of several tasks overlap: the project must allow that.',
  prodigy: 'JSON lines with tokens; offsets count code points.',
  labelstudio: 'A JSON array of tasks; offsets count code points. The project needs one Labels control per task.',
  brat: 'A zip file of two: the text, one sentence per line, and its annotations. Offsets count code points.',
}

/** The name of any format that is imported. */
export function formatName(format: FileFormat): string {
  return format in ANNOTATION_NAMES ? ANNOTATION_NAMES[format as SavedFormat] : FORMAT_TITLES[format]
}
