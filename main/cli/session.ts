/**
 * One session of a run: shows its progress, and stops it at a checkpoint on Ctrl-C. Shared by train, extend and
 * resume.
 */
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

export interface Session {
  runId: string
  /** Null for text; else whether single steps are printed too. */
  json: { steps: boolean } | null
  /** Shown before the run starts. */
  warnings: readonly string[]
  /** Backend of this session; by default the one in the run's record. */
  backend?: BackendName | undefined
  /** The corpora, if the run was just created. */
  loaded?: LoadedCorpora | undefined
  /** The commands that resume this run and that show it. */
  resumeCommand: string
  showCommand: string
}

/** Returns the exit code. Throws a CommandError if the run fails, and the errors of claiming it. */
export async function runSession(io: Io, core: Core, store: Store, session: Session): Promise<number> {
  const { runId, json } = session
  const run = store.getRun(runId)
  const watcher = await watcherFor(io, new ProgressState(run.config, store.trainings(runId), Date.now), json)
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
    if (json !== null) io.stdout.writeData(`${JSON.stringify({ type: 'run', run: runId, name: run.name })}\n`)
    for (const message of session.warnings) watcher.onEvent({ type: 'warning', message })
    outcome = await core.runExperiment(store, runId, {
      onEvent: (event) => watcher.onEvent(event),
      control,
      ...(session.backend && { backend: session.backend }),
      ...(session.loaded && { loaded: session.loaded }),
    })
  } catch (error) {
    throw store.getRun(runId).status === 'failed' ? failure(error, session) : error
  } finally {
    release()
    watcher.close()
  }
  if (outcome === 'stopped') {
    const output = json === null ? io.stdout : io.stderr
    output.write(`stopped; to resume: ${session.resumeCommand}\n`)
    return EXIT.stopped
  }
  printResult(io, store, session)
  return EXIT.ok
}

function printResult(io: Io, store: Store, session: Session): void {
  const { runId, json } = session
  const { report } = store.getRun(runId)
  if (json !== null) io.stdout.writeData(`${JSON.stringify({ type: 'report', run: runId, report })}\n`)
  else if (report !== null) {
    const paint = paintFor(io.stdout, io)
    const added = extensionLines(report, io.stdout.columns, paint)
    io.stdout.write(
      [
        '',
        ...resultLines(report, io.stdout.columns, paint),
        ...(added.length === 0 ? [] : ['', ...added]),
        '',
        `Details: ${session.showCommand}`,
      ].join('\n') + '\n',
    )
  }
}

/**
 * The error with what to do next. Only for a run that this process claimed: a run of another process has not failed.
 */
function failure(error: unknown, { resumeCommand }: Session): CommandError {
  const message = error instanceof Error ? error.message : String(error)
  return new CommandError(`${message}\nThe progress is saved. Once the cause is fixed, resume with: ${resumeCommand}`, {
    cause: error,
  })
}
