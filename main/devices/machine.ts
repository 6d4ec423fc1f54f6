/**
 * Keys that benchmarks are stored under: this machine and the installed versions. Several machines may share one
 * database, and an update changes the speed.
 */
import { createHash } from 'node:crypto'
import { availableParallelism, totalmem } from 'node:os'
import { processorName } from '../backend/machine.ts'
import { computingPackages, productVersion } from './versions.ts'

/** Processor, cores, memory, system: what an update does not change. */
export function machineKey(): string {
  return hash([processorName(), availableParallelism(), totalmem(), process.platform, process.arch])
}

/** Changes whenever anything that computes is updated: earlier measurements no longer count. */
export function softwareKey(): string {
  return hash([productVersion(), process.version, computingPackages()])
}

function hash(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
