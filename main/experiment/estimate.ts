/** How long an experiment would take: its data read, a few steps of its trainings measured, the rest worked out. */
import type { BackendName } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { Estimate } from '../../shared/protocol/requests/training.ts'
import { loadExperimentData } from '../data/load.ts'
import { backendFor } from './backendOfRun.ts'
import { calibrate } from './calibrate.ts'
import { coreCount } from './environment.ts'
import { forecast } from './forecast.ts'
import { STAGES } from './context.ts'

/** Paths are absolute; `order` is that in which `auto` tries backends. Of the test data, the reading is counted and the tagging is not: a few seconds. Throws a DataError with every fault found. */
export async function estimateExperiment(
  config: ExperimentConfig,
  order: readonly BackendName[],
): Promise<Omit<Estimate, 'busy'>> {
  const began = performance.now()
  const { data } = await loadExperimentData(config, '')
  const { name: backend } = await backendFor(config.backend, order)
  const read = performance.now()
  const calibration = await calibrate(config, data, backend)
  const measured = performance.now()
  const stages = forecast(config, data, calibration, coreCount(config))
  const parts = [
    { stage: 'reading the corpora', trainings: 0, steps: 0, seconds: (read - began) / 1000 + calibration.start },
    ...stages.map(({ phase, trainings, steps, seconds }) => ({ stage: STAGES[phase], trainings, steps, seconds })),
  ]
  return {
    seconds: sum(parts.map(({ seconds }) => seconds)),
    atMost: [config.imp, config.joint].some(({ patience }) => patience !== null),
    // A run may have nothing to train: subnets that an earlier one found, to be tested.
    tokensPerSecond:
      stages.length === 0 ? 0 : sum(stages.map(({ tokens }) => tokens)) / sum(stages.map(({ seconds }) => seconds)),
    measuredSeconds: (measured - read) / 1000,
    parts,
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
