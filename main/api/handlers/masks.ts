/** Handlers about subnets: the masks of a run, what they share, and which of them keep each weight. */
import { countCombinations, membership } from '../../../shared/network/combinations.ts'
import { layerLayout } from '../../../shared/network/layout.ts'
import { evolutionOf } from '../../../shared/network/evolution.ts'
import type { Mask } from '../../../shared/network/mask.ts'
import { unitsOf } from '../../../shared/network/units.ts'
import { configDifference, isYounger } from '../../../shared/settings/difference.ts'
import { statusOf, type RunRecord } from '../../../shared/runs/records.ts'
import type { LayerComparison, MaskList, OtherRun, Subnet, WeightMap } from '../../../shared/protocol/requests/masks.ts'
import { foundTickets } from '../../experiment/tickets.ts'
import { unitWords } from '../../experiment/unitWords.ts'
import type { Store } from '../../store/index.ts'
import { withCode } from '../datasets/errors.ts'
import { MaskCache } from '../masks/cache.ts'
import type { ApiContext, HandlersOf } from '../types.ts'

export function maskHandlers({ store, notify }: ApiContext): HandlersOf<'masks'> {
  const cache = new MaskCache(store)
  const load = (subnets: readonly Subnet[]) =>
    store.read(() => {
      const found = subnets.map((subnet) => ({ ...subnet, run: store.getRun(subnet.run).id }))
      return requireOneShape(found.map((subnet) => ({ subnet, mask: cache.get(subnet) })))
    })
  return {
    'masks.list': ({ run }) => store.read(() => list(store, store.getRun(run))),
    'masks.others': ({ run }) => store.read(() => others(store, store.getRun(run))),
    'masks.compare': ({ subnets }) => ({ layers: compare(load(subnets)) }),
    'masks.weights': ({ subnets, layer }) => weights(load(subnets), layer, store.getRun(subnets[0].run)),
    'masks.evolution': ({ run: reference }) =>
      store.read(() => {
        const { id: run, config } = store.getRun(reference)
        const maskOf = (task: string, round: number) => cache.get({ run, task, round })
        return evolutionOf(Object.keys(config.tasks), store.listMasks(run), maskOf)
      }),
    'masks.units': ({ subnets }) => unitsOf(load(subnets)),
    'masks.unitWords'({ run, task }, signal) {
      const { id } = store.getRun(run)
      const onProgress = (done: number, total: number) => notify({ name: 'unitWords', data: { run: id, done, total } })
      return withCode('nothing', () => unitWords(store, id, task, { onProgress, signal }))
    },
  }
}

function list(store: Store, run: RunRecord): MaskList {
  const { id, name, config } = run
  const tasks = Object.keys(config.tasks)
  const tickets = foundTickets(store, run)
  const masks = store.listMasks(id).map((mask) => {
    const ticket = tickets.find(({ task }) => task === mask.task)
    const dev = ticket?.candidates.find(({ round }) => round === mask.round)?.dev.value ?? null
    return { ...mask, dev, chosen: ticket?.chosen === mask.round }
  })
  return {
    run: { id, name, status: statusOf(run), seed: config.seed, tasks },
    prunes: config.tickets.run !== null || config.methods.some((method) => method === 'sparse' || method === 'subnet'),
    masks: masks.toSorted((a, b) => tasks.indexOf(a.task) - tasks.indexOf(b.task) || a.round - b.round),
  }
}

function others(store: Store, run: RunRecord): OtherRun[] {
  const shapeOf = (id: string) => JSON.stringify(store.maskLayers(id))
  const shape = shapeOf(run.id)
  const runs = store.listRuns().flatMap(({ id, name, createdAt, config }): OtherRun[] => {
    const found = id === run.id ? 'null' : shapeOf(id)
    return found === 'null'
      ? []
      : [
          {
            ...{ id, name, createdAt, tasks: Object.keys(config.tasks), seed: config.seed },
            ...{ sameShape: found === shape, otherSeed: found === shape && differBySeed(run.config, config) },
          },
        ]
  })
  return [...runs.filter(({ sameShape }) => sameShape), ...runs.filter(({ sameShape }) => !sameShape)]
}

function differBySeed(a: RunRecord['config'], b: RunRecord['config']): boolean {
  const configs = [a, b]
  const { differing } = configDifference(configs)
  const names = differing.filter((one) => !isYounger(one, configs)).map(({ name }) => name)
  return a.seed !== b.seed && names.every((name) => name === 'seed' || name === 'name')
}

function compare(masks: readonly Mask[]): LayerComparison[] {
  return masks[0].layers.map(({ name, shape }, l) => ({
    layer: name,
    shape,
    combinations: countCombinations(membership(masks.map(({ layers }) => layers[l].kept)), masks.length),
  }))
}

function weights(masks: readonly Mask[], layer: string, { config }: RunRecord): WeightMap {
  const l = masks[0].layers.findIndex(({ name }) => name === layer)
  if (l < 0)
    throw codedError(
      'noLayer',
      `There is no layer ${layer}; the layers are ${masks[0].layers.map(({ name }) => name).join(', ')}.`,
    )
  const { shape } = masks[0].layers[l]
  const bytes = membership(masks.map(({ layers }) => layers[l].kept))
  // Node's encoder is many times faster than shared/util/base64.ts, and a slider waits for this.
  return {
    layer,
    shape,
    ...layerLayout(layer, shape, config.model),
    kept: Buffer.from(bytes.buffer).toString('base64'),
  }
}

function requireOneShape(all: readonly { subnet: Subnet; mask: Mask }[]): Mask[] {
  const text = ({ mask }: { mask: Mask }) =>
    mask.layers.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ')
  const named = ({ subnet: { run, task, round } }: { subnet: Subnet }) => `${task} round ${round} of run ${run}`
  const other = all.find((one) => text(one) !== text(all[0]))
  if (other !== undefined) {
    throw codedError(
      'differentNetworks',
      'Subnets of different networks cannot be compared: ' +
        `${named(all[0])} has ${text(all[0])}; ${named(other)} has ${text(other)}.`,
    )
  }
  return all.map(({ mask }) => mask)
}

const codedError = (code: string, message: string) => Object.assign(new Error(message), { code })
