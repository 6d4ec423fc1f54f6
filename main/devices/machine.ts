/** What measurements belong to: this machine, and the versions that were measured. The database may lie where other machines use it too. */
import { createHash } from 'node:crypto'
import { availableParallelism, totalmem } from 'node:os'
import { processorName } from '../backend/machine.ts'
import { computingPackages, productVersion } from './versions.ts'

/** Processor, cores, memory, system: what does not change by an update. */
export function machineKey(): string {
  return hash([processorName(), availableParallelism(), totalmem(), process.platform, process.arch])
}

/** Another one as soon as anything was updated that computes: what was measured before then does not count. */
export function softwareKey(): string {
  return hash([productVersion(), process.version, computingPackages()])
}

function hash(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
