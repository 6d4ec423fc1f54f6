/** The processor that this machine computes on. */
import { cpus } from 'node:os'

/** As its maker names it; some systems on arm64 do not tell. */
export function processorName(): string {
  return cpus()[0]?.model.trim() || 'unknown processor'
}
