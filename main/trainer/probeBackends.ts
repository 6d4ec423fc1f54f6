/** Examines the backends, one after the other, each in a process of its own: what a library does to it is told, and no more. */
import { BACKENDS, OWN_BACKENDS, type BackendName } from '../../shared/devices/backends.ts'
import type { Finding } from '../../shared/devices/devices.ts'
import { findings } from '../devices/ranking.ts'
import { machineKey, softwareKey } from '../devices/machine.ts'
import type { Store } from '../store/types.ts'
import type { LaunchTrainer } from './types.ts'

/** Backends that other people's libraries compute for. */
const FOREIGN = BACKENDS.filter((name) => !OWN_BACKENDS.includes(name))

/** Milliseconds: loading a large library from a slow disk, a driver's first compilation, plain TensorFlow.js at its slowest. */
const PATIENCE = 90_000

export interface SurveyOptions {
  /** False: only whether each can compute; rates that are known stay. */
  measure: boolean
  backends?: readonly BackendName[]
  /** URLs of backends from elsewhere. */
  modules?: readonly string[]
  patience?: number
}

/**
 * On a machine where nothing was looked for yet: looks, and where there is a choice, measures, so that `auto` is the fastest and not
 * merely ours. `examine` keeps what it finds in the store. `onChoice` hears of a measurement that will take seconds.
 */
export async function firstSurvey(
  store: Pick<Store, 'devices'>,
  examine: (backend: BackendName, measure: boolean) => Promise<unknown>,
  onChoice: () => void = () => {},
): Promise<void> {
  if (findings(store).length > 0) return
  for (const backend of FOREIGN) await examine(backend, false)
  const usable = findings(store)
    .filter(({ found }) => found.usable && !found.software)
    .map(({ backend }) => backend)
  if (usable.length === 0) return
  onChoice()
  for (const backend of ['native' as const, ...usable]) await examine(backend, true)
}

/** Keeps what it finds in the store; null: keeps nothing. */
export async function survey(
  store: Pick<Store, 'devices'> | null,
  launch: LaunchTrainer,
  { measure, backends = BACKENDS, modules = [], patience = PATIENCE }: SurveyOptions,
): Promise<Finding[]> {
  const found: Finding[] = []
  for (const backend of backends) {
    const fresh = await examineApart(launch, backend, measure, modules, patience)
    const known = measure || store === null ? undefined : findings(store).find((one) => one.backend === backend)
    const finding = fresh.found.usable ? { ...fresh, rates: fresh.rates ?? known?.rates ?? null } : fresh
    store?.devices.save(machineKey(), softwareKey(), finding)
    found.push(finding)
  }
  return found
}

function examineApart(
  launch: LaunchTrainer,
  backend: BackendName,
  measure: boolean,
  modules: readonly string[],
  patience: number,
): Promise<Finding> {
  // Libraries speak of what they look for and do not find; where one ends the process, its last line says why.
  const process = launch({ quiet: true })
  const failed = (reason: string): Finding => ({
    backend,
    found: { usable: false, reason, remedy: null },
    wrong: false,
    rates: null,
    at: new Date().toISOString(),
  })
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(failed(`gave no answer within ${Math.round(patience / 1000)} s`))
      process.kill()
    }, patience)
    const answer = (finding: Finding) => {
      clearTimeout(timer)
      resolve(finding)
      process.send({ type: 'end' })
    }
    process.onMessage((message) => {
      if (message.type === 'examined') answer(message.finding)
      if (message.type === 'failed') answer(failed(message.message))
    })
    process.onExit((code) => {
      const last = process.stderrTail().split('\n').at(-1)!
      answer(
        failed(
          `its library ends the process that loads it (${code === null ? 'killed by a signal' : `code ${code}`})${last === '' ? '' : `: ${last}`}`,
        ),
      )
    })
    process.send({ type: 'examine', backend, measure, modules })
  })
}
