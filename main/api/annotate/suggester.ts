/**
 * Has runs suggest labels for undecided sentences, in the background: tags a batch of sentences, stores it, reports it.
 */
import type { EventMessage } from '../../../shared/protocol/api.ts'
import { labelNamed, type AnnotationTask, type SuggestingModel } from '../../../shared/annotation/project.ts'
import type { TaggedTask } from '../../../shared/tags/tagging.ts'
import { tagTable } from '../../../shared/tags/tags.ts'
import type { Disposable } from '../../../shared/util/disposable.ts'
import type { Store } from '../../store/types.ts'
import { tokeniserFor, type Tokeniser } from '../../data/tokens/tokeniser.ts'
import { loadModel, type ModelChoice, type TaggerModel } from '../../tagger/model.ts'
import { taggedSentences } from '../../tagger/tagged.ts'
import { Tagger } from '../../tagger/tagger.ts'
import { AnnotateError } from './errors.ts'

/** Sentences tagged and committed together: a few hundredths of a second. */
const BATCH = 200

interface Job {
  done: Promise<void>
  /** Whether there may be sentences that the pass under way has not seen. */
  again: boolean
}

/**
 * Decisions made meanwhile are safe: the store keeps suggestions for open sentences only. What is not suggested when
 * the program ends stays pending.
 */
export class Suggester implements Disposable {
  private readonly store: Store
  private readonly notify: (message: EventMessage) => void
  private readonly jobs = new Map<string, Job>()
  private readonly problems = new Map<string, string>()
  private closed = false

  constructor({ store, notify }: { store: Store; notify(message: EventMessage): void }) {
    this.store = store
    this.notify = notify
  }

  isRunning(project: string): boolean {
    return this.jobs.has(project)
  }

  /** Why the last attempt failed, or null. */
  problemOf(project: string): string | null {
    return this.problems.get(project) ?? null
  }

  /** Starts suggesting for all pending sentences. A job under way makes another pass, with the model of that moment. */
  start(project: string): void {
    if (this.closed) return
    const running = this.jobs.get(project)
    if (running !== undefined) {
      running.again = true
      return
    }
    this.problems.delete(project)
    const job: Job = { done: Promise.resolve(), again: true }
    this.jobs.set(project, job)
    job.done = this.work(project, job)
      .catch((error: unknown) => {
        if (!this.closed) this.problems.set(project, (error as Error).message)
      })
      .finally(() => {
        this.jobs.delete(project)
        if (!this.closed) this.notify({ name: 'annotate', data: { project, suggesting: null } })
      })
  }

  /** Ends after the batch under way. */
  async dispose(): Promise<void> {
    this.closed = true
    await Promise.all([...this.jobs.values()].map(({ done }) => done))
  }

  private async work(project: string, job: Job): Promise<void> {
    while (job.again && !this.closed) {
      job.again = false
      const { model, pending } = this.store.annotation.get(project)
      if (model === null || pending === 0) continue
      const tagger = new Tagger(this.load(project, model), { threads: 1 })
      try {
        await this.suggestAll(project, model, pending, tagger)
      } finally {
        await tagger.close()
      }
      // The model was replaced meanwhile, so the new one suggests for all sentences.
      const now = this.store.annotation.get(project).model
      if (now?.run !== model.run || now.method !== model.method) job.again = true
    }
  }

  /** The model with the tasks that the project has too. A project may have tasks that the run was not trained on. */
  private load(project: string, { run, method }: SuggestingModel): TaggerModel {
    const whole = loadModel(this.store, run, { method })
    const names = whole.info.tasks.map(({ name }) => name)
    const wanted = this.store.annotation.tasksOfModel(project, names)
    if (wanted.length === names.length) return whole
    if (wanted.length === 0)
      throw new Error(`The run ${run} has the tasks ${names.join(', ')}, none of which the project has.`)
    return loadModel(this.store, run, { method, tasks: wanted })
  }

  private async suggestAll(project: string, model: SuggestingModel, total: number, tagger: Tagger): Promise<void> {
    for (let from = 0, done = 0; !this.closed;) {
      const waiting = this.store.annotation.waiting(project, model, from, BATCH)
      if (waiting.length === 0) return
      const sentences = waiting.map(({ sentence }) => sentence)
      const tagged = taggedSentences(sentences, await tagger.tag(sentences, true), tagger.info.tasks, 'asTrained')
      const kept = this.store.annotation.suggest(
        project,
        model,
        waiting.map(({ position }, i) => ({ position, tags: tagged[i].tasks })),
      )
      if (kept === null) return
      done += waiting.length
      from = waiting.at(-1)!.position + 1
      this.notify({ name: 'annotate', data: { project, suggesting: { done: Math.min(done, total), total } } })
    }
  }
}

/**
 * The model of a run that is to suggest, its tasks as a person labels them, and the tokeniser that it was trained
 * with. Throws what loadModel throws.
 */
export function suggestingModel(
  store: Store,
  run: string,
  choice: ModelChoice,
): { model: SuggestingModel; tasks: AnnotationTask[]; tokeniser: Tokeniser } {
  const { info, tokens } = loadModel(store, run, choice)
  return {
    model: { run: info.run, name: info.name, method: info.method },
    tasks: info.tasks.map(annotationTask),
    tokeniser: tokeniserFor(tokens),
  }
}

/** Spans without a type have the empty type, which is a label too. */
function annotationTask({ name, kind, tagNames }: TaggedTask): AnnotationTask {
  const labels = kind === 'token' ? tagNames : tagTable(tagNames).types
  return { name, kind, labels: labels.toSorted((a, b) => (a < b ? -1 : 1)).map(labelNamed) }
}

/** Throws 'otherTasks' where the tasks of a run are not those of the project. */
export function requireTasks(run: string, found: readonly AnnotationTask[], wanted: readonly AnnotationTask[]): void {
  const lacking = wanted.filter(({ name, kind }) => !found.some((task) => task.name === name && task.kind === kind))
  if (lacking.length === 0) return
  const described = (tasks: readonly AnnotationTask[]) =>
    tasks.map(({ name, kind }) => `${name} (${kind === 'span' ? 'spans' : 'words'})`).join(', ')
  throw new AnnotateError(
    'otherTasks',
    `The run ${run} has the tasks ${described(found)}, expected ${described(wanted)}: choose a run with these tasks.`,
  )
}
