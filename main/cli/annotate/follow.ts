/** Follows trainings of a project that this process runs: shows their progress, and stops them on Ctrl-C. */
import type { Series, SeriesKind } from '../../../shared/annotation/series.ts'
import type { RunEvent } from '../../../shared/protocol/events.ts'
import { ProgressState } from '../../../shared/runs/progress.ts'
import type { Context } from '../command.ts'
import type { StudioRequests } from '../core.ts'
import { CommandError } from '../errors.ts'
import { watcherFor, type Watcher } from '../progress/watcher.ts'
import { stopOnSignals } from '../signals.ts'

type Requests = Pick<StudioRequests, 'listen' | 'ask' | 'store'>

export interface RunFollower {
  /**
   * Shows the progress of a run until it is over here. The first Ctrl-C calls `stop`. Returns its status; null where it
   * was deleted.
   */
  watch(
    run: string,
    context: Context,
    output: 'text' | 'events' | 'quiet',
    stop: () => Promise<unknown>,
  ): Promise<string | null>
}

/** Collects the events of runs from now on, because a run may begin before its id is known. */
export function followRuns({ listen, ask, store }: Requests): RunFollower {
  let early: { run: string; event: RunEvent }[] = []
  let hear: ((run: string, event: RunEvent) => void) | null = null
  let check: (() => void) | null = null
  listen((message) => {
    if (message.name === 'run') {
      if (hear === null) early.push(message.data)
      else hear(message.data.run, message.data.event)
    }
    if (message.name === 'active') check?.()
  })
  const recordOf = (run: string) => {
    try {
      return store.getRun(run)
    } catch {
      return null
    }
  }
  return {
    async watch(run, { io }, output, stop) {
      const record = recordOf(run)
      if (record === null) return null
      const progress = new ProgressState(record.config, store.trainings(run), Date.now)
      const watcher: Watcher =
        output === 'quiet'
          ? { onEvent() {}, note: (text) => io.stderr.write(`${text}\n`), close() {} }
          : await watcherFor(io, progress, output === 'events' ? { steps: false } : null)
      const ended = Promise.withResolvers<void>()
      const release = stopOnSignals(
        io,
        () => {
          watcher.note('stopping at a checkpoint…')
          stop().catch(ended.reject)
        },
        () => watcher.close(),
      )
      try {
        hear = (of, event) => {
          if (of === run) watcher.onEvent(event)
        }
        for (const { run: of, event } of early) hear(of, event)
        early = []
        check = () =>
          void ask('training.active', {}).then((active) => {
            if (!active.some((one) => one.run === run)) ended.resolve()
          }, ended.reject)
        check()
        await ended.promise
      } finally {
        hear = null
        check = null
        release()
        watcher.close()
      }
      const now = recordOf(run)
      return now === null ? null : now.interrupted ? 'interrupted' : now.status
    },
  }
}

/** Follows the trainings of a series one after the other. */
export function followSeries(
  requests: Requests,
  project: string,
  kind: SeriesKind,
): { watch(context: Context, json: boolean): Promise<Series> } {
  const { ask, listen } = requests
  const follower = followRuns(requests)
  let changed = () => {}
  listen(({ name }) => {
    if (name === 'annotate') changed()
  })
  return {
    async watch(context, json) {
      const { io } = context
      let shown: string | null = null
      for (;;) {
        const next = Promise.withResolvers<void>()
        changed = next.resolve
        const series = (await ask('annotate.get', { project })).series[kind]!
        const i = series.parts.findIndex(({ run, result }) => run !== null && result === null)
        const run = i < 0 ? null : series.parts[i].run
        if (series.status !== 'running') return series
        if (run === null || run === shown) {
          await next.promise
          continue
        }
        shown = run
        const { train, heldOut } = series.parts[i]
        io.stderr.write(
          `training ${i + 1} of ${series.parts.length}: ${train} sentences to learn from, ${heldOut} to judge on\n`,
        )
        await follower.watch(run, context, json ? 'quiet' : 'text', () => ask('annotate.stopSeries', { project, kind }))
      }
    },
  }
}

/** Waits until the model has suggested labels for all open sentences. Returns their number. Throws a CommandError. */
export async function suggestionsOf(
  { ask, listen }: Pick<StudioRequests, 'ask' | 'listen'>,
  project: string,
): Promise<number> {
  const done = Promise.withResolvers<number>()
  const look = () =>
    void ask('annotate.get', { project }).then(({ suggesting, problem, counts }) => {
      if (problem !== null) done.reject(new CommandError(`no suggestions: ${problem}`))
      else if (!suggesting) done.resolve(counts.open)
    }, done.reject)
  const forget = listen(({ name }) => {
    if (name === 'annotate') look()
  })
  look()
  return done.promise.finally(forget)
}
