/**
 * Trains experiments for the window: creates their runs, one after the other, and leaves them to the queue of trainings.
 * Once all are finished, the runs of the analyses follow. It holds nothing that is needed later: after a restart, an
 * experiment is resumed from its stored plan.
 */
import type { EventMessage } from '../../../shared/protocol/api.ts'
import type { Disposable } from '../../../shared/util/disposable.ts'
import type { Log } from '../../../shared/util/log.ts'
import { experimentTag, followUps, recall, runOf, type PlannedRun } from '../../experiments/index.ts'
import type { Store } from '../../store/types.ts'
import type { TrainerHost } from '../../trainer/host.ts'

interface Parts {
  store: Store
  trainer: TrainerHost
  notify(message: EventMessage): void
  log: Log
}

interface Work {
  /** Whether runs are being created. */
  feeding: boolean
  stopped: boolean
}

export class ExperimentQueue implements Disposable {
  private readonly parts: Parts
  private readonly work = new Map<string, Work>()
  private readonly problems = new Map<string, string>()

  constructor(parts: Parts) {
    this.parts = parts
  }

  isActive(id: string): boolean {
    return this.work.has(id)
  }

  /** Why the last session of an experiment ended before its end; null where it did not. */
  problemOf(id: string): string | null {
    return this.problems.get(id) ?? null
  }

  /** Queues the runs of a stored experiment that are not finished. Resolves when the first is created or queued. */
  async begin(id: string): Promise<{ warnings: string[] }> {
    if (this.work.has(id)) return { warnings: [] }
    const experiment = recall(this.parts.store, id)
    this.problems.delete(id)
    const work: Work = { feeding: true, stopped: false }
    this.work.set(id, work)
    try {
      const waiting = this.waiting(id, experiment.runs)
      const warnings = waiting.length === 0 ? [] : await this.queue(id, waiting[0])
      // The others are created meanwhile: each check of the data takes a while.
      void this.feed(id, work, waiting.slice(1))
      return { warnings }
    } catch (error) {
      this.work.delete(id)
      throw error
    }
  }

  /** Stops its run at a checkpoint and takes the others out of the queue. */
  stop(id: string): void {
    const { store, trainer, notify } = this.parts
    const work = this.work.get(id)
    if (work !== undefined) work.stopped = true
    this.work.delete(id)
    const own = this.runsOf(id)
    // Those in the queue first, so that none of them starts when the one before it stops.
    const active = trainer.active().filter(({ run }) => own.has(run))
    for (const { run } of active.toSorted((a, b) => Number(b.state === 'queued') - Number(a.state === 'queued')))
      trainer.stop(store.getRun(run).id)
    notify({ name: 'changed', data: {} })
  }

  /** Takes note of an event: when the last of its runs has ended, an experiment continues or ends. */
  observe(message: EventMessage): void {
    if (message.name !== 'active' || this.work.size === 0) return
    const active = new Set(message.data.map(({ run }) => run))
    for (const [id, work] of this.work) {
      if (work.feeding) continue
      // Not within the notification: what follows notifies, too.
      if (![...this.runsOf(id)].some((run) => active.has(run))) {
        work.feeding = true
        queueMicrotask(() => void this.advance(id, work))
      }
    }
  }

  dispose(): void {
    for (const work of this.work.values()) work.stopped = true
    this.work.clear()
  }

  private async advance(id: string, work: Work): Promise<void> {
    if (work.stopped) return
    try {
      const experiment = recall(this.parts.store, id)
      const allFinished = experiment.runs.every(
        (run) => runOf(this.parts.store, experiment, run)?.status === 'finished',
      )
      // A run that failed or was stopped by hand is not started again: a person decides.
      const next = allFinished ? this.waiting(id, followUps(this.parts.store, experiment)) : []
      const fresh = next.filter((run) => runOf(this.parts.store, experiment, run) === null)
      if (fresh.length > 0) return await this.feed(id, work, fresh)
    } catch (error) {
      this.fail(id, error)
    }
    this.end(id)
  }

  private async feed(id: string, work: Work, planned: readonly PlannedRun[]): Promise<void> {
    work.feeding = true
    try {
      for (const run of planned) {
        if (work.stopped) return
        await this.queue(id, run)
      }
    } catch (error) {
      if (!work.stopped) this.fail(id, error)
    }
    work.feeding = false
    this.observe({ name: 'active', data: this.parts.trainer.active() })
  }

  private async queue(id: string, planned: PlannedRun): Promise<string[]> {
    const { store, trainer, notify } = this.parts
    const experiment = recall(store, id)
    const existing = runOf(store, experiment, planned)
    if (existing === null) {
      const { run, warnings } = await trainer.start(planned.config, [experimentTag(experiment.definition)])
      // Stopped while the data was checked: the run exists, but must not train.
      if (this.work.get(id)?.stopped !== false) trainer.stop(run)
      notify({ name: 'changed', data: {} })
      return warnings
    }
    trainer.resume(existing.id)
    return []
  }

  /** Planned runs that are neither finished nor in training here. */
  private waiting(id: string, planned: readonly PlannedRun[]): PlannedRun[] {
    const experiment = recall(this.parts.store, id)
    const active = new Set(this.parts.trainer.active().map(({ run }) => run))
    return planned.filter((one) => {
      const run = runOf(this.parts.store, experiment, one)
      return run === null || (run.status !== 'finished' && !active.has(run.id))
    })
  }

  private runsOf(id: string): Set<string> {
    const { store } = this.parts
    const experiment = recall(store, id)
    const all = [...experiment.runs, ...followUps(store, experiment)]
    return new Set(all.flatMap((planned) => runOf(store, experiment, planned)?.id ?? []))
  }

  private fail(id: string, error: unknown): void {
    this.parts.log.warn(`experiment ${id} does not continue`, error)
    this.problems.set(id, (error as Error).message)
  }

  private end(id: string): void {
    this.work.delete(id)
    this.parts.notify({ name: 'changed', data: {} })
  }
}
