/** Answers about annotated text of other tools: into columns on the way in, into their dialects on the way out. */
import { importAnnotations } from '../annotations/import.ts'
import { saveCorpus, saveCorrection } from '../annotations/save.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function annotationHandlers({ store, uploads }: ApiContext): HandlersOf<'annotations'> {
  return {
    'annotations.import': ({ file, format, spans }) => importAnnotations(uploads, file, format, spans),
    'annotations.save': ({ source, format, scheme }) =>
      source.kind === 'corpus'
        ? saveCorpus(store, uploads, source, format, scheme)
        : saveCorrection(store, uploads, source.project, format, scheme),
  }
}
