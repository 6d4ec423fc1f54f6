/** The environment of a run, for its record: what its bits depend on. */
import { availableParallelism } from 'node:os'
import type { BackendName, Usable } from '../../shared/devices/backends.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import { processorName } from '../backend/machine.ts'
import { packageVersion, productVersion } from '../devices/versions.ts'
import type { EnvironmentRecord } from '../store/types.ts'

/** The backend that a run computes on, and what its probe found. */
export interface ChosenBackend {
  name: BackendName
  found: Usable
}

/** The cores that the config requests; 0 = all of them. */
export function coreCount({ threads }: Pick<ExperimentConfig, 'threads'>): number {
  return threads || availableParallelism()
}

/** `left`: the backends that the run computed on before. */
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

/**
 * One line that says how the environment changed where the bits may differ from those of an uninterrupted run; null
 * where they cannot.
 */
export function differentBits(before: EnvironmentRecord, now: EnvironmentRecord): string | null {
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
  const [then, here] = [of(before), of(now)] as Record<string, string | undefined>[]
  // A value that an earlier version did not record is not known to have changed.
  const changes = Object.keys(here)
    .filter((key) => then[key] !== undefined && then[key] !== here[key])
    .map((key) => `${key} ${then[key]}, now ${here[key]}`)
  if (changes.length === 0) return null
  return (
    `the run started in another environment (${changes.join('; ')}): it continues, but its bits will ` +
    'differ from those of an uninterrupted run'
  )
}
