/** Where a run computes: what its bits depend on, for the record. */
import { availableParallelism, cpus } from 'node:os'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { ExperimentConfig } from '../../shared/config.ts'
import { loadNative } from '../../native/index.ts'
import type { EnvironmentRecord } from '../store/types.ts'

/** Cores the config asks for; 0 = all there are. */
export function coreCount({ threads }: Pick<ExperimentConfig, 'threads'>): number {
  return threads || availableParallelism()
}

export function describeEnvironment(config: ExperimentConfig): EnvironmentRecord {
  const native = config.backend === 'cpu' ? null : loadNative()
  const isa = native && 'kernels' in native ? native.kernels.isa : null
  return {
    product: versionOf(new URL('../../package.json', import.meta.url)),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    backend: isa === null ? 'cpu' : 'native',
    isa,
    threads: coreCount(config),
    packages: Object.fromEntries(['@tensorflow/tfjs-core', 'better-sqlite3'].map((name) => [name, packageVersion(name)])),
  }
}

/** Where a run goes on in another environment than it began in, and its bits may differ from an uninterrupted run's: in one line, else null. */
export function differentBits(began: EnvironmentRecord, now: EnvironmentRecord): string | null {
  const of = ({ product, platform, cpu, backend, isa, packages }: EnvironmentRecord) => ({ product, platform, cpu, backend, kernels: isa ?? 'none', ...packages })
  const [then, here] = [of(began), of(now)] as Record<string, string>[]
  const changes = Object.keys(here).filter((key) => then[key] !== here[key]).map((key) => `${key} ${then[key]}, now ${here[key]}`)
  if (changes.length === 0) return null
  return `the run began in another environment (${changes.join('; ')}): it goes on, but not to the same bits as without the change`
}

function packageVersion(name: string): string {
  return versionOf(new URL(`file://${createRequire(import.meta.url).resolve(`${name}/package.json`)}`))
}

function versionOf(manifest: URL): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
