/** Answers about annotated text of other tools: into columns on the way in, into their dialects on the way out. */
import { bringIn } from '../annotations/import.ts'
import { saveCorpus, saveCorrection } from '../annotations/save.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function annotationHandlers({ store, handed }: ApiContext): HandlersOf<'annotations'> {
  return {
    'annotations.bring': ({ file, format, spans }) => bringIn(handed, file, format, spans),
    'annotations.save': ({ source, format, scheme }) =>
      source.kind === 'corpus'
        ? saveCorpus(store, handed, source, format, scheme)
        : saveCorrection(store, handed, source.project, format, scheme),
  }
}
