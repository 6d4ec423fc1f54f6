/**
 * The work of a training process: one task, then it ends. Pause and stop reach the training threads through shared
 * memory.
 */
import { probeBackend } from '../devices/probe.ts'
import { estimateExperiment } from '../experiment/estimate.ts'
import { createRun, runExperiment, RunControl } from '../experiment/lifecycle.ts'
import { openStore } from '../store/index.ts'
import type { TrainerTask } from './messages.ts'
import type { ParentPort } from './types.ts'

type RunTask = Extract<TrainerTask, { type: 'create' | 'open' }>

/**
 * Serves the program that started this process. When that program ends, the training stops at a checkpoint and the
 * process ends too, so no training continues unseen; the run can be resumed. `exit` ends the process.
 */
export function serveTrainer(port: ParentPort, exit: () => void): { stop(): void } {
  const control = new RunControl()
  const go = Promise.withResolvers<void>()
  let phase: 'preparing' | 'training' | 'over' = 'preparing'
  /** The parent has ended, so no `end` message will arrive. */
  let orphaned = false

  async function perform(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      port.send({ type: 'done' })
    } catch (error) {
      port.send({ type: 'failed', ...errorData(error) })
    }
    phase = 'over'
    if (orphaned) exit()
  }

  async function runSession(task: RunTask): Promise<void> {
    const store = openStore(task.database)
    try {
      const { runId, warnings, loaded } =
        task.type === 'create'
          ? await createRun(store, task.config, '', { tags: task.tags ?? [] })
          : { runId: task.run, warnings: [], loaded: undefined }
      port.send({ type: 'ready', run: runId, warnings })
      await go.promise
      await runExperiment(store, runId, {
        control,
        loaded,
        backend: task.type === 'open' ? task.backend : undefined,
        onEvent: (event) => port.send({ type: 'event', event }),
      })
    } finally {
      store.close()
    }
  }

  function stop(): void {
    control.stop()
    // Before training there is no checkpoint to reach; after it, a living parent still has to receive the last message.
    if (phase === 'preparing' || (phase === 'over' && orphaned)) exit()
  }

  port.onMessage((message) => {
    switch (message.type) {
      case 'create':
      case 'open':
        return void perform(() => runSession(message))
      case 'estimate':
        return void perform(async () => {
          const { trainings: _, ...estimate } = await estimateExperiment(message.config, message.order)
          port.send({ type: 'estimate', estimate })
        })
      case 'probe':
        return void perform(async () => {
          const { backend, measure, modules } = message
          port.send({ type: 'probed', result: await probeBackend(backend, measure, modules) })
        })
      case 'go':
        phase = 'training'
        return go.resolve()
      case 'pause':
        return control.pause()
      case 'unpause':
        return control.resume()
      case 'stop':
        return stop()
      case 'end':
        return exit()
    }
  })
  port.onDisconnect(() => {
    orphaned = true
    stop()
  })
  return { stop }
}

/** An error as data. Errors of the store, the data and the settings have a code; any other is a bug: `internal`. */
function errorData(error: unknown): { code: string; message: string; stack?: string } {
  const { code, message, stack } = error as { code?: unknown; message?: unknown; stack?: unknown }
  return {
    code: typeof code === 'string' ? code : 'internal',
    message: typeof message === 'string' ? message : String(error),
    ...(typeof stack === 'string' && { stack }),
  }
}
