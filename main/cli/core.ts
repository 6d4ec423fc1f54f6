/** What commands need of the rest of the program, loaded only when a command needs it, and replaceable in tests. */
import type { ExperimentConfig } from '../../shared/config.ts'
import type { RunEvent } from '../../shared/events.ts'
import type { OpenOptions, Store } from '../store/types.ts'

export interface Control {
  stop(): void
}

export interface Core {
  openStore(path: string, options?: OpenOptions): Store
  createExperiment(store: Store, config: ExperimentConfig, baseDir: string): Promise<{ runId: string; warnings: string[] }>
  runExperiment(store: Store, runId: string, options: { onEvent(event: RunEvent): void; control: Control }): Promise<'finished' | 'stopped'>
  newControl(): Control
}
