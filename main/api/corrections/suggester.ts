/** Has runs suggest for what nobody has decided yet, in the background: a batch of sentences tagged, kept, told; and so on to the end. */
import type { EventMessage } from '../../../shared/protocol/api.ts'
import type { CorrectedTask, SuggestingModel } from '../../../shared/annotation/correcting.ts'
import type { TaggedTask } from '../../../shared/tags/tagging.ts'
import { tagTable } from '../../../shared/tags/tags.ts'
import type { Store } from '../../store/types.ts'
import { tokeniserFor, type Tokeniser } from '../../data/tokens/tokeniser.ts'
import { loadModel, type ModelChoice, type TaggerModel } from '../../tagger/model.ts'
import { taggedSentences } from '../../tagger/tagged.ts'
import { Tagger } from '../../tagger/tagger.ts'
import { CorrectionError } from './errors.ts'

/** Tagged and committed together: some hundredths of a second. */
const BATCH = 200

/** Decisions made meanwhile are safe: the store keeps suggestions for open sentences only. What is not suggested when the program ends is pending then. */
export class Suggester {
  private readonly store: Store
  private readonly tell: (message: EventMessage) => void
  private readonly jobs = new Map<string, Promise<void>>()
  private readonly problems = new Map<string, string>()
  private closed = false

  constructor({ store, tell }: { store: Store; tell(message: EventMessage): void }) {
    this.store = store
    this.tell = tell
  }

  isAbout(project: string): boolean {
    return this.jobs.has(project)
  }

  /** Why the last time ended early, or null. */
  problemOf(project: string): string | null {
    return this.problems.get(project) ?? null
  }

  /** Begins, unless it is about it; then what is under way goes on with the model that the correction has by now. */
  start(project: string): void {
    if (this.jobs.has(project) || this.closed) return
    this.problems.delete(project)
    const job = this.work(project)
      .catch((error: unknown) => {
        if (!this.closed) this.problems.set(project, (error as Error).message)
      })
      .finally(() => {
        this.jobs.delete(project)
        if (!this.closed) this.tell({ name: 'corrections', data: { project, suggesting: null } })
      })
    this.jobs.set(project, job)
  }

  /** Ends after the batch under way. */
  async close(): Promise<void> {
    this.closed = true
    await Promise.all(this.jobs.values())
  }

  private async work(project: string): Promise<void> {
    for (let model: SuggestingModel | null = null; !this.closed;) {
      const { model: wanted, pending, tasks } = this.store.corrections.get(project)
      // All there is to do for this model is done, or nothing of it could be kept.
      if (pending === 0 || (model !== null && model.run === wanted.run && model.method === wanted.method)) return
      model = wanted
      const tagger = new Tagger(
        modelFor(
          this.store,
          wanted,
          tasks.map(({ name }) => name),
        ),
        { threads: 1 },
      )
      try {
        await this.suggestAll(project, wanted, pending, tagger)
      } finally {
        await tagger.close()
      }
    }
  }

  private async suggestAll(project: string, model: SuggestingModel, total: number, tagger: Tagger): Promise<void> {
    for (let from = 0, done = 0; !this.closed;) {
      const waiting = this.store.corrections.waiting(project, model, from, BATCH)
      if (waiting.length === 0) return
      const sentences = waiting.map(({ sentence }) => sentence)
      const tagged = taggedSentences(sentences, await tagger.tag(sentences, true), tagger.info.tasks, 'asTrained')
      const kept = this.store.corrections.suggest(
        project,
        model,
        waiting.map(({ position }, i) => ({ position, tags: tagged[i].tasks })),
      )
      if (kept === null) return
      done += waiting.length
      from = waiting.at(-1)!.position + 1
      this.tell({ name: 'corrections', data: { project, suggesting: { done: Math.min(done, total), total } } })
    }
  }
}

function modelFor(store: Store, { run, method }: SuggestingModel, tasks: string[]): TaggerModel {
  return loadModel(store, run, { method, tasks })
}

/** The model of a run that is to suggest, its tasks as a person corrects them, and what splits raw text as it was trained. Throws what loadModel throws. */
export function suggestingModel(
  store: Store,
  run: string,
  choice: ModelChoice,
): { model: SuggestingModel; tasks: CorrectedTask[]; tokeniser: Tokeniser } {
  const { info, tokens } = loadModel(store, run, choice)
  return {
    model: { run: info.run, name: info.name, method: info.method },
    tasks: info.tasks.map(correctedTask),
    tokeniser: tokeniserFor(tokens),
  }
}

/** The empty type of spans that have none is a label too. */
function correctedTask({ name, kind, tagNames }: TaggedTask): CorrectedTask {
  const labels = kind === 'token' ? tagNames : tagTable(tagNames).types
  return { name, kind, labels: labels.toSorted((a, b) => (a < b ? -1 : 1)) }
}

/** Throws 'otherTasks' where the tasks of a run are not those of a correction. */
export function requireTasks(run: string, found: readonly CorrectedTask[], wanted: readonly CorrectedTask[]): void {
  const lacking = wanted.filter(({ name, kind }) => !found.some((task) => task.name === name && task.kind === kind))
  if (lacking.length === 0) return
  const described = (tasks: readonly CorrectedTask[]) =>
    tasks.map(({ name, kind }) => `${name} (${kind === 'span' ? 'spans' : 'words'})`).join(', ')
  throw new CorrectionError(
    'otherTasks',
    `The run ${run} has the tasks ${described(found)}, expected ${described(wanted)}: choose a run that was trained on these.`,
  )
}
