/** Handlers about the tasks, labels, rules and guidelines of annotation projects. */
import { labelNamed } from '../../../shared/annotation/project.ts'
import { acceptOccurrences, findOccurrences } from '../annotate/occurrences.ts'
import { readPatterns } from '../annotate/patternsFile.ts'
import { rulesSuggester } from '../annotate/rules.ts'
import { labelEdit, takenLabels, taskEdit, taskNamed } from '../annotate/tasks.ts'
import { changeNotifier } from '../annotate/notify.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

type Names =
  | 'annotate.task'
  | 'annotate.label'
  | 'annotate.labelUses'
  | 'annotate.undoLabels'
  | 'annotate.takeLabels'
  | 'annotate.guidelines'
  | 'annotate.occurrences'
  | 'annotate.acceptOccurrences'
  | 'annotate.rules'

export function annotateLabelHandlers(context: ApiContext): Pick<HandlersOf<'annotate'>, Names> {
  const { store, suggester, uploads } = context
  const { annotation } = store
  const changed = changeNotifier(context)
  return {
    'annotate.task'({ project, edit }) {
      const { tasks } = applied(annotation.edit, project, taskEdit(edit))
      // Sentences that are open again may lack suggestions.
      suggester.start(project)
      return changed(project, { tasks })
    },
    'annotate.label'({ project, task, edit }) {
      const isUsed = (label: string) => annotation.labelUses(project, task, label).sentences > 0
      return changed(project, applied(annotation.edit, project, labelEdit(task, edit, isUsed)))
    },
    'annotate.labelUses'({ project, task, label }) {
      taskNamed(annotation.get(project).tasks, task)
      return annotation.labelUses(project, task, label)
    },
    'annotate.undoLabels'({ project }) {
      const tasks = annotation.undoEdit(project)
      suggester.start(project)
      return changed(project, { tasks })
    },
    async 'annotate.takeLabels'({ project, task, from }) {
      const { tasks } = applied(annotation.edit, project, await takenLabels(store, task, from))
      return changed(project, { tasks })
    },
    'annotate.guidelines'({ project, text }) {
      annotation.setGuidelines(project, text)
      return changed(project, {})
    },
    'annotate.occurrences': ({ project, position, task, from, to, type }) =>
      findOccurrences(store, project, position, task, { type, from, to }),
    'annotate.acceptOccurrences'({ project, task, type, places, annotator }) {
      const by = annotator || (context.annotator ?? '')
      return changed(project, { changed: acceptOccurrences(store, project, task, type, places, by) })
    },
    async 'annotate.rules'(request) {
      const { project } = request
      const { tasks, rules: held } = annotation.get(project)
      const { rules, problems } =
        'rules' in request
          ? { rules: request.rules, problems: [] }
          : await uploads.hold([request.file], 'read', ([file]) => readPatterns(file, request.task, tasks, held))
      const { suggested } = annotation.setRules(project, rules, rulesSuggester(rules, tasks))
      for (const { task, label } of rules) annotation.addLabels(project, task, [labelNamed(label)])
      if ('file' in request) uploads.drop(request.file)
      return changed(project, { rules, suggested, problems })
    },
  }
}

function applied<Edit, Change, Result>(
  edit: (project: string, edit: Edit, change: Change) => Result,
  project: string,
  prepared: { edit: Edit; change: Change },
): Result {
  return edit(project, prepared.edit, prepared.change)
}
