/** Tasks and labels of a project: chosen at its start, edited later. */
import type { z } from 'zod'
import { labelNamed, type AnnotationTask, type Label } from '../../../shared/annotation/project.ts'
import type { LabelEdit, TaskEdit } from '../../../shared/annotation/labelLog.ts'
import type { annotateRequests } from '../../../shared/protocol/requests/annotate.ts'
import type { Store } from '../../store/types.ts'
import { corpusLabels } from './corpusLabels.ts'
import { AnnotateError } from './errors.ts'
import { suggestingModel } from './suggester.ts'

type Requests = typeof annotateRequests
type TasksRequest = z.output<Requests['annotate.create']>['tasks']
type TaskRequest = z.output<Requests['annotate.task']>['edit']
type LabelRequest = z.output<Requests['annotate.label']>['edit']
type TakeRequest = z.output<Requests['annotate.takeLabels']>['from']

/** An edit for the log, with what it does to the tasks. */
export interface PreparedEdit<Edit> {
  edit: Edit
  change: (tasks: AnnotationTask[]) => AnnotationTask[]
}

/** A label as a request has it: settings that are not given are undefined. */
type RequestedLabel = { [K in keyof Label]?: Label[K] | undefined }

const toLabel = (label: string | RequestedLabel): Label =>
  typeof label === 'string' ? labelNamed(label) : { ...labelNamed(label.name!), ...(defined(label) as Partial<Label>) }

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T

/** The tasks that a new project names, or takes from elsewhere; null where it names none. */
export async function chosenTasks(store: Store, request: TasksRequest): Promise<AnnotationTask[] | null> {
  if (request === undefined) return null
  if (Array.isArray(request)) {
    const tasks = request.map((task) => ({ ...task, labels: task.labels.map(toLabel) }))
    tasks.forEach(({ name, labels }, i) => {
      requireFreeName('task', name, tasks.slice(0, i))
      labels.forEach((label, l) => requireFreeName('label', label.name, labels.slice(0, l)))
    })
    return tasks
  }
  const all =
    'run' in request
      ? suggestingModel(store, request.run, {}).tasks
      : 'project' in request
        ? store.annotation.get(request.project).tasks
        : await corpusTasks(store, request.corpus)
  return onlyNamed(all, request.tasks)
}

function onlyNamed(tasks: readonly AnnotationTask[], names: readonly string[] | undefined): AnnotationTask[] {
  return names === undefined ? [...tasks] : names.map((name) => taskNamed(tasks, name))
}

/** The tasks of a corpus with the labels of its training data. */
async function corpusTasks(store: Store, id: string): Promise<AnnotationTask[]> {
  const corpus = store.getCorpus(id)
  return (await corpusLabels(corpus, corpus.files[0], corpus.tasks)).tasks
}

/** Throws AnnotateError 'noTask'. */
export function taskNamed(tasks: readonly AnnotationTask[], name: string): AnnotationTask {
  const found = tasks.find((task) => task.name === name)
  if (found !== undefined) return found
  const has = tasks.map((task) => task.name).join(', ')
  throw new AnnotateError('noTask', `There is no task ${name}; there are ${has || 'none yet'}.`)
}

function labelOf({ name, labels }: AnnotationTask, label: string): Label {
  const found = labels.find((one) => one.name === label)
  if (found !== undefined) return found
  const has = labels.map((one) => one.name).join(', ')
  throw new AnnotateError('noLabel', `The task ${name} has no label ${label}; it has ${has || 'none yet'}.`)
}

function requireFreeName(what: string, name: string, others: readonly { name: string }[]): void {
  if (others.some((one) => one.name === name))
    throw new AnnotateError('taken', `There is a ${what} ${name} already: choose another name, or merge the two.`)
}

export function taskEdit(request: TaskRequest): PreparedEdit<TaskEdit> {
  switch (request.do) {
    case 'add':
      return {
        edit: { do: 'addTask', task: request.name },
        change: (tasks) => {
          requireFreeName('task', request.name, tasks)
          return [...tasks, { name: request.name, kind: request.kind, labels: request.labels.map(toLabel) }]
        },
      }
    case 'rename':
      return {
        edit: { do: 'renameTask', from: request.from, to: request.to },
        change: (tasks) => {
          taskNamed(tasks, request.from)
          requireFreeName('task', request.to, tasks)
          return tasks.map((task) => (task.name === request.from ? { ...task, name: request.to } : task))
        },
      }
    case 'delete':
      return {
        edit: { do: 'deleteTask', task: request.name },
        change: (tasks) => {
          taskNamed(tasks, request.name)
          return tasks.filter(({ name }) => name !== request.name)
        },
      }
  }
}

/** `isUsed`: whether a decision has the label. Throws AnnotateError 'noTask', 'noLabel', 'taken', 'used'. */
export function labelEdit(
  name: string,
  request: LabelRequest,
  isUsed: (label: string) => boolean,
): PreparedEdit<LabelEdit> {
  const ofTask =
    (change: (task: AnnotationTask) => Label[]): PreparedEdit<LabelEdit>['change'] =>
    (tasks) => {
      const own = taskNamed(tasks, name)
      const labels = change(own)
      return tasks.map((task) => (task === own ? { ...task, labels } : task))
    }
  const without = ({ labels }: AnnotationTask, gone: string) => labels.filter((label) => label.name !== gone)
  switch (request.do) {
    case 'add':
      return {
        edit: { do: 'add', task: name, label: request.label.name },
        change: ofTask(({ labels }) => {
          requireFreeName('label', request.label.name, labels)
          return [...labels, toLabel(request.label)]
        }),
      }
    case 'change': {
      const { do: _, name: label, ...settings } = request
      return {
        edit: { do: 'change', task: name, label },
        change: ofTask((task) => {
          const old = labelOf(task, label)
          return task.labels.map((one) => (one === old ? { ...old, ...(defined(settings) as Partial<Label>) } : one))
        }),
      }
    }
    case 'rename':
      return {
        edit: { do: 'rename', task: name, from: request.from, to: request.to },
        change: ofTask((task) => {
          const old = labelOf(task, request.from)
          requireFreeName('label', request.to, task.labels)
          return task.labels.map((one) => (one === old ? { ...old, name: request.to } : one))
        }),
      }
    case 'merge':
      return {
        edit: { do: 'merge', task: name, from: request.from, into: request.into },
        change: ofTask((task) => {
          labelOf(task, request.from)
          labelOf(task, request.into)
          if (request.from === request.into)
            throw new AnnotateError('noLabel', `${request.from} cannot be merged into itself: choose another label.`)
          return without(task, request.from)
        }),
      }
    case 'delete':
      return {
        edit: { do: 'delete', task: name, label: request.name },
        change: ofTask((task) => {
          labelOf(task, request.name)
          if (task.kind === 'token' && isUsed(request.name))
            throw new AnnotateError(
              'used',
              `${request.name} is the label of words that are decided: merge it into another label instead.`,
            )
          return without(task, request.name)
        }),
      }
    case 'order':
      return {
        edit: { do: 'order', task: name },
        change: ofTask((task) => {
          const ordered = request.names.map((one) => labelOf(task, one))
          return [...new Set([...ordered, ...task.labels])]
        }),
      }
  }
}

/** Labels of another place, added to a task. Throws AnnotateError 'otherTasks' where its kind differs. */
export async function takenLabels(store: Store, name: string, from: TakeRequest): Promise<PreparedEdit<LabelEdit>> {
  const all =
    'run' in from
      ? suggestingModel(store, from.run, {}).tasks
      : 'project' in from
        ? store.annotation.get(from.project).tasks
        : await corpusTasks(store, from.corpus)
  const source = taskNamed(all, from.task)
  return {
    edit: { do: 'take', task: name },
    change: (tasks) => {
      const own = taskNamed(tasks, name)
      if (own.kind !== source.kind)
        throw new AnnotateError('otherTasks', `${source.name} labels ${source.kind}s, but ${name} ${own.kind}s.`)
      const added = source.labels.filter((label) => !own.labels.some((one) => one.name === label.name))
      return tasks.map((task) => (task === own ? { ...task, labels: [...own.labels, ...added] } : task))
    },
  }
}
