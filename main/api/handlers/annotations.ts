/** Handlers about annotated text of other tools: import as columns, save in their formats. */
import { importAnnotations } from '../annotations/import.ts'
import { saveCorpus, saveProject } from '../annotations/save.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function annotationHandlers({ store, uploads }: ApiContext): HandlersOf<'annotations'> {
  return {
    'annotations.import': ({ file, text, format, spans }, signal) =>
      importAnnotations(uploads, { file, text }, format, spans, signal),
    'annotations.save': ({ source, format, scheme }) =>
      source.kind === 'corpus'
        ? saveCorpus(store, uploads, source, format, scheme)
        : saveProject(store, uploads, source.project, format, scheme),
  }
}
