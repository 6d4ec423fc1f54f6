/** Handlers about annotation projects: sentences, suggestions, decisions, dataset versions. */
import { answerProblem, type QueuePlace } from '../../../shared/annotation/project.ts'
import type { ProjectDetail } from '../../../shared/protocol/requests/annotateResults.ts'
import { trainIfDue } from '../annotate/afterTraining.ts'
import { createProject } from '../annotate/create.ts'
import { AnnotateError } from '../annotate/errors.ts'
import { inspectFile, inspectText } from '../annotate/inspect.ts'
import { changeNotifier } from '../annotate/notify.ts'
import { planVersion, runOf } from '../annotate/plan.ts'
import { requireTasks, suggestingModel } from '../annotate/suggester.ts'
import { makeVersion } from '../annotate/version.ts'
import { editWords } from '../annotate/words.ts'
import { withCode } from '../datasets/errors.ts'
import type { ApiContext, HandlersOf } from '../types.ts'
import { annotateLabelHandlers } from './annotateLabels.ts'
import { annotatePeopleHandlers } from './annotatePeople.ts'
import { annotateTrainingHandlers } from './annotateTraining.ts'

export function annotateHandlers(context: ApiContext): HandlersOf<'annotate'> {
  const { store, suggester, series, uploads, notify } = context
  const { annotation } = store
  const changed = changeNotifier(context)
  return {
    ...annotateLabelHandlers(context),
    ...annotatePeopleHandlers(context),
    ...annotateTrainingHandlers(context),
    'annotate.list'() {
      const damaged = new Set(annotation.damaged().map(({ id }) => id))
      return annotation.list().filter(({ id }) => !damaged.has(id))
    },
    'annotate.get': ({ project }) => detail(context, project),
    'annotate.inspect': async (request) => {
      if ('text' in request) return [inspectText(request.text)]
      const found = []
      for (const { file, ...reading } of request.files) found.push(await inspectFile(uploads, file, reading))
      return found
    },
    'annotate.create': (request) =>
      withCode('nothing', async () => {
        const project = await createProject(context, request)
        for (const source of request.sources) if (source.kind === 'file') uploads.drop(source.file)
        if (annotation.get(project).model !== null) suggester.start(project)
        return changed(project, { project })
      }),
    'annotate.rename'({ project, name }) {
      annotation.rename(project, name)
      return changed(project, {})
    },
    async 'annotate.delete'({ project }) {
      annotation.get(project)
      await series.discardAll(project)
      annotation.remove(project)
      return changed(project, {})
    },
    'annotate.suggest': ({ project, run, method }) =>
      withCode('nothing', () => {
        const { tasks: wanted } = annotation.get(project)
        if (run !== undefined) {
          const { model, tasks } = suggestingModel(store, run, { method })
          requireTasks(run, tasks, wanted)
          const labels = new Map(tasks.map(({ name, labels: all }) => [name, all.map((label) => label.name)]))
          annotation.setModel(project, model, labels, { overGiven: true })
        }
        suggester.start(project)
        return changed(project, {})
      }),

    'annotate.queue': ({ project, position, before, count, ...queue }) =>
      annotation.queue(project, queue, position, before, count),
    'annotate.item'({ project, position, ...queue }) {
      const item = annotation.item(project, position)
      annotation.setPlace(project, { ...queue, position })
      return item
    },
    'annotate.step': ({ project, position, direction, ...queue }) => ({
      position: annotation.step(project, queue, position, direction),
    }),
    'annotate.decide'({ project, position, revision, answers, annotator, settles, ...queue }) {
      if (answers !== null) requireFitting(context, project, position, answers)
      const by = { annotator: annotator || (context.annotator ?? ''), settles }
      const decided = annotation.decide(project, position, revision, answers, queue, by)
      void trainIfDue(context, project)
      return changed(project, decided)
    },
    'annotate.undo'({ project, ...queue }) {
      const undone = annotation.undo(project)
      if (undone.item !== null) {
        annotation.setPlace(project, { ...queue, position: undone.item.position } satisfies QueuePlace)
        // While it was decided nothing was suggested for it, so its suggestion may be missing or of an earlier model.
        if (undone.item.state === 'open') suggester.start(project)
      }
      return changed(project, undone)
    },
    'annotate.mark': ({ project, position, ...marks }) =>
      changed(project, annotation.mark(project, position, marks as { flagged?: boolean; comment?: string })),
    'annotate.words'({ project, position, revision, edit, annotator }) {
      const { sentence, mapped } = editWords(annotation.sentence(project, position), edit)
      const by = annotator || (context.annotator ?? '')
      const item = annotation.setWords(project, position, revision, sentence, mapped, by)
      if (item.state === 'open') suggester.start(project)
      return changed(project, item)
    },
    'annotate.me': () => ({ annotator: context.annotator ?? '' }),

    'annotate.plan': ({ project, base }) => planVersion(store, project, base),
    async 'annotate.version'(request) {
      const corpus = await makeVersion(context, request)
      notify({ name: 'changed', data: {} })
      return changed(request.project, corpus)
    },
  }
}

function detail({ store, suggester, series }: ApiContext, id: string): ProjectDetail {
  return store.read(() => {
    const { training, ...project } = store.annotation.get(id)
    const run = training === null ? null : runOf(store, training)
    return {
      ...project,
      modelIsThere: project.model !== null && runOf(store, project.model.run) !== null,
      suggesting: suggester.isRunning(id),
      problem: suggester.problemOf(id),
      versions: store.listCorpora().filter(({ origin }) => origin?.project === id),
      series: {
        folds: series.view({ project: id, kind: 'folds' }),
        curve: series.view({ project: id, kind: 'curve' }),
      },
      training: run && { run: run.id, status: run.interrupted ? 'interrupted' : run.status },
    }
  })
}

/** Throws AnnotateError 'badAnswer' where the answers do not fit the sentence. */
function requireFitting(
  { store }: ApiContext,
  project: string,
  position: number,
  answers: Parameters<typeof answerProblem>[0],
): void {
  const tasks = store.annotation.tasks(project)
  const { words } = store.annotation.sentence(project, position)
  const problem = answerProblem(answers, tasks, words.length)
  if (problem !== null) throw new AnnotateError('badAnswer', `Sentence ${position + 1}: ${problem}.`)
}
