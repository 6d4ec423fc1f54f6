/** The processor that this machine computes on. */
import { cpus } from 'node:os'

/** The manufacturer's name for it; some arm64 systems do not report one. */
export function processorName(): string {
  return cpus()[0]?.model.trim() || 'unknown processor'
}
