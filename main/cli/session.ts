/** One sitting of a run: watches it, and lets Ctrl-C stop it at a checkpoint. Shared by train and resume. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { Store } from '../store/types.ts'
import type { Core, LoadedCorpora } from './core.ts'
import { paintFor } from './colour.ts'
import { CommandError } from './errors.ts'
import { EXIT } from './io.ts'
import type { Io } from './io.ts'
import { ProgressState } from '../../shared/runs/progress.ts'
import { watcherFor } from './progress/watcher.ts'
import { extensionLines } from './show/extension.ts'
import { resultLines } from './show/results.ts'
import { stopOnSignals } from './signals.ts'

export interface Sitting {
  runId: string
  /** Null for text; else whether single steps are told too. */
  json: { steps: boolean } | null
  /** Told before the run starts. */
  warnings: readonly string[]
  /** Where this sitting is to compute; without it, where the run's record says. */
  backend?: BackendName
  /** The corpora, where the run was just created. */
  loaded?: LoadedCorpora
  /** The commands that go on with this run, and that show it. */
  resumeCommand: string
  showCommand: string
}

/** Returns the exit code. Throws a CommandError where the run fails, and what claiming it throws. */
export async function sit(io: Io, core: Core, store: Store, sitting: Sitting): Promise<number> {
  const { runId, json } = sitting
  const run = store.getRun(runId)
  const watcher = watcherFor(io, new ProgressState(run.config, store.trainings(runId), Date.now), json)
  const control = core.newControl()
  const release = stopOnSignals(
    io,
    () => {
      watcher.note('stopping at a checkpoint…')
      control.stop()
    },
    () => watcher.close(),
  )
  let outcome: 'finished' | 'stopped'
  try {
    if (json !== null) io.stdout.write(`${JSON.stringify({ type: 'run', run: runId, name: run.name })}\n`)
    for (const message of sitting.warnings) watcher.onEvent({ type: 'warning', message })
    outcome = await core.runExperiment(store, runId, {
      onEvent: (event) => watcher.onEvent(event),
      control,
      ...(sitting.backend && { backend: sitting.backend }),
      ...(sitting.loaded && { loaded: sitting.loaded }),
    })
  } catch (error) {
    throw store.getRun(runId).status === 'failed' ? failure(error, sitting) : error
  } finally {
    release()
    watcher.close()
  }
  if (outcome === 'stopped') {
    const output = json === null ? io.stdout : io.stderr
    output.write(`stopped; go on with: ${sitting.resumeCommand}\n`)
    return EXIT.stopped
  }
  tellResult(io, store, sitting)
  return EXIT.ok
}

function tellResult(io: Io, store: Store, sitting: Sitting): void {
  const { runId, json } = sitting
  const { report } = store.getRun(runId)
  if (json !== null) io.stdout.write(`${JSON.stringify({ type: 'report', run: runId, report })}\n`)
  else if (report !== null) {
    const paint = paintFor(io.stdout, io)
    const added = extensionLines(report, io.stdout.columns, paint)
    io.stdout.write(
      [
        '',
        ...resultLines(report, io.stdout.columns, paint),
        ...(added.length === 0 ? [] : ['', ...added]),
        '',
        `All about it: ${sitting.showCommand}`,
      ].join('\n') + '\n',
    )
  }
}

/** The error with what to do next. A run that this process never got hold of has not failed: it is another's. */
function failure(error: unknown, { resumeCommand }: Sitting): CommandError {
  const message = error instanceof Error ? error.message : String(error)
  return new CommandError(
    `${message}\nWhat was trained is kept; once the cause is mended, go on with: ${resumeCommand}`,
    { cause: error },
  )
}
