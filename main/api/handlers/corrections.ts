/** Handlers about correction projects: sentences with suggestions, decisions, dataset versions. */
import { answerProblem, type QueuePlace } from '../../../shared/annotation/correcting.ts'
import type { CorrectionDetail } from '../../../shared/protocol/requests/corrections.ts'
import { CorrectionError } from '../corrections/errors.ts'
import { planVersion, runOf } from '../corrections/plan.ts'
import { readSource } from '../corrections/source.ts'
import { requireTasks, suggestingModel } from '../corrections/suggester.ts'
import { makeVersion } from '../corrections/version.ts'
import { withCode } from '../datasets/errors.ts'
import { newId } from '../datasets/importCorpus.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function correctionHandlers(context: ApiContext): HandlersOf<'corrections'> {
  const { store, suggester, uploads, notify } = context
  const { corrections } = store
  /** Reports a change, because the other windows show the project too. */
  const changed = <T>(project: string, result: T): T => {
    notify({ name: 'corrections', data: { project, suggesting: null } })
    return result
  }
  return {
    'corrections.list': () => corrections.list(),
    'corrections.get': ({ project }) => detail(context, project),
    'corrections.create': ({ name, run, method, tasks, source: request }) =>
      withCode('nothing', async () => {
        const { model, tasks: found, tokeniser } = suggestingModel(store, run, { method, tasks })
        const { source, sentences } = await readSource(context, request, tokeniser)
        const project = newId(name)
        corrections.create({ id: project, name, source, tasks: found, model, sentences })
        if (request.kind === 'file') uploads.drop(request.file)
        suggester.start(project)
        return changed(project, { project })
      }),
    'corrections.rename'({ project, name }) {
      corrections.rename(project, name)
      return changed(project, {})
    },
    'corrections.delete'({ project }) {
      corrections.remove(project)
      return changed(project, {})
    },
    'corrections.suggest': ({ project, run, method }) =>
      withCode('nothing', () => {
        const { tasks: wanted } = corrections.get(project)
        if (run !== undefined) {
          const { model, tasks } = suggestingModel(store, run, { method })
          requireTasks(run, tasks, wanted)
          corrections.setModel(project, model, new Map(tasks.map(({ name, labels }) => [name, labels])))
        }
        suggester.start(project)
        return changed(project, {})
      }),

    'corrections.queue': ({ project, position, before, count, ...queue }) =>
      corrections.queue(project, queue, position, before, count),
    'corrections.item'({ project, position, ...queue }) {
      const item = corrections.item(project, position)
      corrections.setPlace(project, { ...queue, position })
      return item
    },
    'corrections.step': ({ project, position, direction, ...queue }) => ({
      position: corrections.step(project, queue, position, direction),
    }),
    'corrections.decide'({ project, position, revision, answers, ...queue }) {
      if (answers !== null) requireFitting(context, project, position, answers)
      return changed(project, corrections.decide(project, position, revision, answers, queue))
    },
    'corrections.undo'({ project, ...queue }) {
      const undone = corrections.undo(project)
      if (undone.item !== null) {
        corrections.setPlace(project, { ...queue, position: undone.item.position } satisfies QueuePlace)
        // While it was decided nothing was suggested for it, so its suggestion may be missing or of an earlier model.
        if (undone.item.state === 'open') suggester.start(project)
      }
      return changed(project, undone)
    },
    'corrections.label': ({ project, task, label }) =>
      changed(project, { tasks: corrections.addLabel(project, task, label) }),

    'corrections.plan': ({ project, base }) => planVersion(store, project, base),
    async 'corrections.version'(request) {
      const corpus = await makeVersion(context, request)
      notify({ name: 'changed', data: {} })
      return changed(request.project, corpus)
    },
  }
}

function detail({ store, suggester }: ApiContext, project: string): CorrectionDetail {
  return store.read(() => {
    const correction = store.corrections.get(project)
    return {
      ...correction,
      modelIsThere: runOf(store, correction.model.run) !== null,
      suggesting: suggester.isRunning(project),
      problem: suggester.problemOf(project),
      versions: store.listCorpora().filter(({ origin }) => origin?.project === project),
    }
  })
}

/** Throws CorrectionError 'badAnswer' where the answers do not fit the sentence. */
function requireFitting(
  { store }: ApiContext,
  project: string,
  position: number,
  answers: Parameters<typeof answerProblem>[0],
): void {
  const { tasks } = store.corrections.get(project)
  const { words } = store.corrections.item(project, position)
  const problem = answerProblem(answers, tasks, words.length)
  if (problem !== null) throw new CorrectionError('badAnswer', `Sentence ${position + 1}: ${problem}.`)
}
