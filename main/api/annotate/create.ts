/** Creates an annotation project: with a run that suggests, with a corpus' own labels, or with neither. */
import type { z } from 'zod'
import type { AnnotationTask } from '../../../shared/annotation/project.ts'
import type { annotateRequests } from '../../../shared/protocol/requests/annotate.ts'
import { plainTokeniser } from '../../data/tokens/tokeniser.ts'
import { newId } from '../datasets/importCorpus.ts'
import type { ApiContext } from '../types.ts'
import { AnnotateError } from './errors.ts'
import { readSources, type ReadSource } from './source.ts'
import { requireTasks, suggestingModel } from './suggester.ts'
import { chosenTasks } from './tasks.ts'

type Request = z.output<(typeof annotateRequests)['annotate.create']>

/** Returns the id of the project. Throws what reading its sources throws, and a StoreError 'exists'. */
export async function createProject(
  { store, uploads }: Pick<ApiContext, 'store' | 'uploads'>,
  { name, sources: requests, tasks: request, run, method }: Request,
): Promise<string> {
  const ofRun = request !== undefined && 'run' in request && request.run === run ? request.tasks : undefined
  const suggests = run === undefined ? null : suggestingModel(store, run, { method, tasks: ofRun })
  const own = ofRun === undefined ? await chosenTasks(store, request) : null
  const sources = await readSources(
    { store, uploads },
    requests,
    suggests?.tokeniser ?? plainTokeniser,
    suggests === null,
  )
  const tasks = own ?? suggests?.tasks ?? ownTasks(sources)
  if (suggests !== null && own !== null) requireTasks(run!, suggests.tasks, own)
  const project = newId(name)
  store.annotation.create({
    id: project,
    name,
    sources: sources.map(({ source }) => source),
    tasks: withGivenLabels(tasks, sources),
    model: suggests?.model ?? null,
    sentences: sources.flatMap(({ sentences }) =>
      sentences.map((one) => ({ ...one, given: one.given && one.given.filter((tags) => isTask(tasks, tags)) })),
    ),
  })
  return project
}

const isTask = (tasks: readonly AnnotationTask[], { task, spans }: { task: string; spans: unknown }) =>
  tasks.some(({ name, kind }) => name === task && kind === (spans === null ? 'token' : 'span'))

/** The tasks of the corpora among the sources; none where all are text: they are added later. */
function ownTasks(sources: readonly ReadSource[]): AnnotationTask[] {
  const tasks: AnnotationTask[] = []
  for (const task of sources.flatMap((source) => source.tasks)) {
    const same = tasks.find(({ name }) => name === task.name)
    if (same === undefined) tasks.push(task)
    else if (same.kind !== task.kind)
      throw new AnnotateError(
        'otherTasks',
        `Two of the corpora have a task ${task.name}, one of spans and one of words: choose the tasks.`,
      )
  }
  return tasks
}

/** Labels that the corpora have are labels to choose from. */
function withGivenLabels(tasks: readonly AnnotationTask[], sources: readonly ReadSource[]): AnnotationTask[] {
  return tasks.map((task) => {
    const given = sources.flatMap((source) =>
      source.tasks.filter(({ name, kind }) => name === task.name && kind === task.kind).flatMap(({ labels }) => labels),
    )
    const labels = [...task.labels]
    for (const label of given) if (!labels.some(({ name }) => name === label.name)) labels.push(label)
    return { ...task, labels }
  })
}
