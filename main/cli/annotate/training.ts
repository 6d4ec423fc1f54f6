/** `annotate train`: trains on the decisions of a project and writes the suggestions of the model. */
import type { RunEvent } from '../../../shared/protocol/events.ts'
import { ProgressState } from '../../../shared/runs/progress.ts'
import { grouped } from '../../../shared/util/format.ts'
import type { ParsedArgs } from '../args.ts'
import type { Context } from '../command.ts'
import type { StudioRequests } from '../core.ts'
import { CommandError } from '../errors.ts'
import { EXIT } from '../io.ts'
import { nextCommands } from '../program.ts'
import { watcherFor } from '../progress/watcher.ts'
import { stopOnSignals } from '../signals.ts'
import { withProject } from './project.ts'

/** Returns the exit code. Throws a CommandError where the training fails, an Error where it cannot start. */
export function trainProject(name: string, args: ParsedArgs, context: Context): Promise<number> {
  const { io } = context
  return withProject(args, context, name, async (requests, project) => {
    const { ask, store } = requests
    const plan = await ask('annotate.trainPlan', { project: project.id })
    if (plan.problem !== null) throw new CommandError(plan.problem)
    for (const warning of plan.warnings) io.stderr.write(`note: ${warning}\n`)
    const follower = followRuns(requests)
    const { run } = await ask('annotate.train', { project: project.id })
    const json = args.options.has('json')
    if (json) io.stdout.writeData(`${JSON.stringify({ type: 'run', run })}\n`)
    else
      io.stdout.write(
        `run ${run}: ${plan.train.sentences} sentences to learn from, ${plan.dev.sentences} to score with\n`,
      )
    const { resumeCommand, showCommand } = nextCommands(run, args, io)
    const status = await follower.watch(run, context, json)
    if (status === 'stopped' || status === 'interrupted') {
      io.stderr.write(`stopped; to resume: ${resumeCommand}\n`)
      return EXIT.stopped
    }
    if (status !== 'finished')
      throw new CommandError(store.getRun(run).message ?? `run ${run} is ${status}; see: ${showCommand}`)
    const suggested = await suggestionsOf(requests, project.id)
    if (json) io.stdout.writeData(`${JSON.stringify({ type: 'suggested', sentences: suggested })}\n`)
    else io.stdout.write(`${grouped(suggested)} open sentences have its suggestions. Details: ${showCommand}\n`)
    return EXIT.ok
  })
}

/** Collects the events of runs from now on, because a run may begin before its id is known. */
export function followRuns({ listen, ask, store }: Pick<StudioRequests, 'listen' | 'ask' | 'store'>): {
  /** Shows the progress of a run until it ends. Ctrl-C stops it at a checkpoint. Returns its status. */
  watch(run: string, context: Context, json: boolean): Promise<string>
} {
  const early: { run: string; event: RunEvent }[] = []
  let hear: ((run: string, event: RunEvent) => void) | null = null
  let check: (() => void) | null = null
  const forget = listen((message) => {
    if (message.name === 'run') {
      if (hear === null) early.push(message.data)
      else hear(message.data.run, message.data.event)
    }
    if (message.name === 'active') check?.()
  })
  return {
    async watch(run, { io }, json) {
      const record = store.getRun(run)
      const progress = new ProgressState(record.config, store.trainings(run), Date.now)
      const watcher = await watcherFor(io, progress, json ? { steps: false } : null)
      const ended = Promise.withResolvers<void>()
      const release = stopOnSignals(
        io,
        () => {
          watcher.note('stopping at a checkpoint…')
          ask('training.stop', { run }).catch(ended.reject)
        },
        () => watcher.close(),
      )
      try {
        hear = (of, event) => {
          if (of === run) watcher.onEvent(event)
        }
        for (const { run: of, event } of early.splice(0)) hear(of, event)
        check = () =>
          void ask('training.active', {}).then((active) => {
            if (!active.some((one) => one.run === run)) ended.resolve()
          }, ended.reject)
        check()
        await ended.promise
      } finally {
        hear = null
        check = null
        forget()
        release()
        watcher.close()
      }
      const { status, interrupted } = store.getRun(run)
      return interrupted ? 'interrupted' : status
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
