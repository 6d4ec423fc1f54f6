/** Where a tagger's model comes from: a run in the store, or a packed file. */
import { readFileSync } from 'node:fs'
import { METHOD_NAMES } from '../../shared/settings/methods.ts'
import type { Store } from '../store/types.ts'
import { loadModel, withTemperatures, type ModelChoice, type TaggerModel } from './model.ts'
import { decodePacked, type Unpacked } from './packed.ts'

/** `name` is the file as messages name it. */
export type ModelSource = { store: Store; run: string } | { file: string; name: string }

/**
 * The model, and the columns that its tasks were learned from. Throws an Error that says what the run or the file
 * lacks.
 */
export function loadFrom(source: ModelSource, choice: ModelChoice = {}): Unpacked {
  const found = loadChosen(source, choice)
  const isFitted = found.model.networks.some(({ tasks }) => tasks.some(({ fitted }) => fitted !== undefined))
  if (choice.calibrated === true && !isFitted)
    throw new Error(
      `${'store' in source ? `run ${found.model.info.run}` : source.name} has no temperatures fitted on dev, which ` +
        'calibrated confidence needs: ' +
        ('store' in source ? 'the run was evaluated by an earlier version' : 'export it again with this version'),
    )
  return found
}

function loadChosen(source: ModelSource, choice: ModelChoice): Unpacked {
  if ('store' in source)
    return {
      model: loadModel(source.store, source.run, choice),
      config: source.store.getRun(source.run).config,
      warning: null,
    }
  const { model, config, warning } = unpacked(source.file, source.name)
  const { method, tasks, calibrated } = choice
  const { info } = model
  if (method !== undefined && method !== info.method)
    throw new Error(`${source.name} has the networks of ${METHOD_NAMES[info.method]}, not of ${METHOD_NAMES[method]}`)
  for (const task of tasks ?? [])
    if (!info.tasks.some(({ name }) => name === task))
      throw new Error(`${source.name} has no task ${task}; it has ${info.tasks.map(({ name }) => name).join(', ')}`)
  const narrowed = tasks === undefined ? model : withTasks(model, tasks)
  return {
    model: calibrated === true ? { ...narrowed, networks: narrowed.networks.map(withTemperatures) } : narrowed,
    config,
    warning: warning && `${source.name}: ${warning}`,
  }
}

function unpacked(file: string, name: string): Unpacked {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(
      code === 'ENOENT' ? `${name}: found no such file, expected a packed model` : `${name} cannot be read (${code})`,
      { cause: error },
    )
  }
  try {
    return decodePacked(bytes)
  } catch (error) {
    throw new Error(`${name} is not a packed model that can be read: ${(error as Error).message}`, { cause: error })
  }
}

function withTasks(model: TaggerModel, wanted: readonly string[]): TaggerModel {
  const networks = model.networks.map((network) => ({
    ...network,
    tasks: network.tasks.filter(({ name }) => wanted.includes(name)),
  }))
  const tasks = model.info.tasks.filter(({ name }) => wanted.includes(name))
  return { ...model, info: { ...model.info, tasks }, networks: networks.filter((network) => network.tasks.length > 0) }
}
