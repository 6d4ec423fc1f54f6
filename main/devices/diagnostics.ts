/** A text about this machine for bug reports. It names no home folder, user or corpus, so it can be published. */
import { availableParallelism, homedir, release, totalmem, type, userInfo } from 'node:os'
import { BACKENDS, whyNot } from '../../shared/devices/backends.ts'
import type { ProbeResult } from '../../shared/devices/devices.ts'
import { bytes } from '../../shared/util/format.ts'
import { speed } from '../../shared/runs/names.ts'
import { processorName } from '../backend/machine.ts'
import type { Store } from '../store/types.ts'
import { probeResults, backendOrder } from './ranking.ts'
import { computingPackages, packageVersion, productVersion } from './versions.ts'

export interface DiagnosticsOptions {
  /** The end of the log. */
  log?: string
  home?: string
  user?: string | null
}

export function diagnostics(
  store: Pick<Store, 'devices' | 'schemaVersion'>,
  { log = '', home = homedir(), user = userName() }: DiagnosticsOptions = {},
): string {
  const known = probeResults(store)
  const packages = { ...computingPackages(), 'better-sqlite3': packageVersion('better-sqlite3') }
  const lines = [
    `Sparse Sharing Studio ${productVersion()}, database version ${store.schemaVersion}`,
    `${type()} ${release()}, ${process.arch}`,
    `Node ${process.versions.node}${process.versions.electron === undefined ? '' : `, Electron ${process.versions.electron}`}`,
    `${processorName()}, ${availableParallelism()} cores, ${bytes(totalmem())} of memory`,
    `auto tries: ${backendOrder(store, 10).join(', ')}`,
    '',
    ...BACKENDS.map((backend) => `${backend}: ${resultText(known.find((one) => one.backend === backend))}`),
    '',
    ...Object.entries(packages).map(([name, version]) => `${name} ${version}`),
    ...(log.trim() === '' ? [] : ['', 'End of the log:', log.trimEnd()]),
  ]
  return `${withoutNames(lines.join('\n'), home, user)}\n`
}

function resultText(result: ProbeResult | undefined): string {
  if (result === undefined) return 'not probed'
  const { availability, benchmarks } = result
  if (!availability.usable) return `not usable: ${whyNot(availability)}`
  const memory = availability.memoryBytes === null ? '' : `, ${bytes(availability.memoryBytes)}`
  const measured =
    benchmarks
      ?.map(({ batchSize, tokensPerSecond }) => `${speed(tokensPerSecond)} at ${batchSize} sentences`)
      .join(', ') ?? 'not measured'
  return `${availability.version} on ${availability.device}${memory}; ${measured}`
}

/**
 * Messages of libraries name files and so the user's folders: replaces the home folder by `~` and the user by `USER`.
 */
export function withoutNames(text: string, home: string, user: string | null): string {
  const escaped = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const places = home.length > 1 ? text.replaceAll(home, '~') : text
  return user === null || user === ''
    ? places
    : places.replace(new RegExp(`(?<![\\p{L}\\p{N}])${escaped(user)}(?![\\p{L}\\p{N}])`, 'gu'), 'USER')
}

function userName(): string | null {
  try {
    return userInfo().username
  } catch {
    return null
  }
}
