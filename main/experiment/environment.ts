/** Where a run computes: what its bits depend on, for the record. */
import { availableParallelism } from 'node:os'
import type { BackendName, Usable } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { processorName } from '../backend/machine.ts'
import { packageVersion, productVersion } from '../devices/versions.ts'
import type { EnvironmentRecord } from '../store/types.ts'

/** What a run computes on, and what is known of it. */
export interface ChosenBackend {
  name: BackendName
  found: Usable
}

/** Cores the config asks for; 0 = all there are. */
export function coreCount({ threads }: Pick<ExperimentConfig, 'threads'>): number {
  return threads || availableParallelism()
}

/** `backend` computes; `left` are those that did before. */
export function describeEnvironment(
  config: ExperimentConfig,
  { name, found }: ChosenBackend,
  left: EnvironmentRecord['left'] = [],
): EnvironmentRecord {
  return {
    product: productVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: processorName(),
    backend: name,
    backendVersion: found.version,
    device: found.device,
    ...(left.length > 0 && { left }),
    isa: found.isa,
    threads: coreCount(config),
    packages: Object.fromEntries(
      ['@tensorflow/tfjs-core', 'better-sqlite3'].map((name) => [name, packageVersion(name)]),
    ),
  }
}

/** Where a run goes on in another environment than it began in, and its bits may differ from an uninterrupted run's: in one line, else null. */
export function differentBits(began: EnvironmentRecord, now: EnvironmentRecord): string | null {
  const of = ({
    product,
    platform,
    cpu,
    backend,
    backendVersion,
    device,
    isa,
    threads,
    packages,
  }: EnvironmentRecord) => ({
    product,
    platform,
    cpu,
    backend,
    ...(isa === null && { version: backendVersion, device }),
    ...(backend === 'tensorflow' && { threads: String(threads) }),
    kernels: isa ?? 'none',
    ...packages,
  })
  const [then, here] = [of(began), of(now)] as Record<string, string | undefined>[]
  // What an earlier version did not record is not known to have changed.
  const changes = Object.keys(here)
    .filter((key) => then[key] !== undefined && then[key] !== here[key])
    .map((key) => `${key} ${then[key]}, now ${here[key]}`)
  if (changes.length === 0) return null
  return `the run began in another environment (${changes.join('; ')}): it goes on, but not to the same bits as without the change`
}
