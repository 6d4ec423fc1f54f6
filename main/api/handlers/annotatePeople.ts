/** Handlers about several annotators: decisions from files, agreement; and decisions as files. */
import { agreementOn } from '../../../shared/annotation/agreement.ts'
import { importDecisions } from '../annotate/importDecisions.ts'
import { exportedSentences, saveProject } from '../annotations/save.ts'
import { changeNotifier } from '../annotate/notify.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

type Names = 'annotate.importDecisions' | 'annotate.agreement' | 'annotate.export'

export function annotatePeopleHandlers(context: ApiContext): Pick<HandlersOf<'annotate'>, Names> {
  const { store, uploads } = context
  const changed = changeNotifier(context)
  return {
    async 'annotate.importDecisions'({ project, file, text, annotator, encoding, tasks }) {
      const files = text === undefined ? [file] : [file, text]
      const result = await uploads.hold(files, 'read', ([held, of]) =>
        importDecisions(store, project, { ...held, textPath: of?.path, annotator, encoding, tasks }),
      )
      for (const one of files) uploads.drop(one)
      return changed(project, result)
    },
    'annotate.agreement'({ project }) {
      const { tasks } = store.annotation.get(project)
      const opinions = store.annotation.opinions(project)
      return tasks.map((task) => agreementOn(task, opinions))
    },
    async 'annotate.export'({ project, format, scheme, offsets, annotator }) {
      const sentences = exportedSentences(store, project, annotator)
      const { file, hint } = await saveProject(store, uploads, project, format, scheme, offsets ?? null, sentences)
      return { file, sentences: sentences.length, hint }
    },
  }
}
