/** The mask explorer: the subnets looked at, what they share, and which weights of one layer they keep. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { sizeOf } from '../../../shared/util/arrays.ts'
import { fromBase64 } from '../../../shared/util/base64.ts'
import type { Method } from '../../../shared/settings/methods.ts'
import type { MaskComparison, MaskList, OtherRun, Subnet, WeightMap } from '../../../shared/protocol/requests/masks.ts'
import { ask, on } from '../../bridge/index.ts'
import { partsOf } from './measures.ts'
import {
  freeSlot,
  keptRows,
  MOST,
  namesOf,
  nearestRound,
  pickedRounds,
  roundsOf,
  settledRound,
  type Row,
} from './rows.ts'
import { places, usePlace } from '../../ui/place.ts'

/** One moment of the explorer: rows, what they share and which weights they keep belong together. */
export interface Picture {
  rows: Row[]
  names: string[]
  comparison: MaskComparison
  weights: Omit<WeightMap, 'kept'> & { kept: Uint8Array }
}

export const useSubnets = defineStore('subnets', () => {
  const place = usePlace()
  /** The run, and the one it is compared with. */
  const lists = shallowRef<MaskList[]>([])
  const others = shallowRef<OtherRun[]>([])
  const rows = ref<Row[]>([])
  const layer = ref<string | null>(null)
  const picture = shallowRef<Picture | null>(null)
  const error = shallowRef<string | null>(null)
  /** Rounds follow a run that goes on until someone picks one. */
  let following = true

  const list = computed<MaskList | null>(() => lists.value[0] ?? null)
  const other = computed<MaskList | null>(() => lists.value[1] ?? null)
  const listOf = (run: string) => lists.value.find((one) => one.run.id === run)
  const names = computed(() =>
    namesOf(
      rows.value,
      lists.value.map(({ run }) => run.id),
    ),
  )
  const shown = computed(() => rows.value.filter(({ on }) => on))
  const lastRound = computed(() => Math.max(0, ...lists.value.flatMap(({ masks }) => masks.map(({ round }) => round))))
  const picked = computed(() => (list.value === null ? null : pickedRounds(rows.value, list.value)))
  const parts = computed(() => (picture.value === null ? [] : partsOf(picture.value.comparison.layers)))

  const address = () => (place.view === 'subnets' ? [place.id, place.query.get('with')] : [])

  async function load(): Promise<void> {
    const [run, second] = address()
    if (!run) return
    const current = () => String(address()) === String([run, second])
    try {
      const found = await Promise.all([run, ...(second ? [second] : [])].map((id) => ask('masks.list', { run: id })))
      if (!current()) return
      lists.value = found
      rows.value = keptRows(rows.value, found, following)
      error.value = null
      others.value = await ask('masks.others', { run })
    } catch (reason) {
      if (current()) error.value = (reason as Error).message
    }
  }

  /** Only one question is under way; what changed meanwhile is asked after it, once. */
  let asking = false
  let stale = false
  async function refresh(): Promise<void> {
    stale = true
    if (asking) return
    asking = true
    while (stale) {
      stale = false
      await look()
    }
    asking = false
  }

  async function look(): Promise<void> {
    const seen = shown.value.map((row) => ({ ...row }))
    if (seen.length === 0) {
      picture.value = null
      return
    }
    const seenNames = names.value.filter((_, i) => rows.value[i].on)
    const subnets: Subnet[] = seen.map(({ run, task, round }) => ({ run, task, round }))
    try {
      const [comparison, known] = await Promise.all([
        ask('masks.compare', { subnets }),
        layer.value === null ? null : ask('masks.weights', { subnets, layer: layer.value }),
      ])
      // The recurrent layer is what one comes for.
      layer.value ??= comparison.layers.toSorted((a, b) => sizeOf(b.shape) - sizeOf(a.shape))[0].layer
      const { kept, ...map } = known ?? (await ask('masks.weights', { subnets, layer: layer.value }))
      picture.value = { rows: seen, names: seenNames, comparison, weights: { ...map, kept: fromBase64(kept) } }
      error.value = null
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }

  function setRound(row: Row, round: number): void {
    following = false
    row.round = round
  }
  /** All tasks at once; a task that has no such round takes the nearest. */
  function setAll(round: number): void {
    for (const row of rows.value) setRound(row, nearestRound(listOf(row.run)!, row.task, round) ?? row.round)
  }
  function settle(): void {
    for (const row of rows.value) setRound(row, settledRound(listOf(row.run)!, row.task) ?? row.round)
  }
  /** At most eight can take part, and one must. */
  const canSwitch = (row: Row) => (row.on ? shown.value.length > 1 : shown.value.length < MOST)
  function showOnly(wanted: readonly Row[]): void {
    for (const row of rows.value) row.on = wanted.includes(row)
  }
  /** Another round of the same task, beside it. */
  function add(row: Row): void {
    following = false
    const rounds = roundsOf(listOf(row.run)!, row.task).map((mask) => mask.round)
    const used = rows.value.filter((one) => one.run === row.run && one.task === row.task).map((one) => one.round)
    const round = rounds.findLast((one) => !used.includes(one)) ?? row.round
    rows.value.splice(rows.value.indexOf(row) + 1, 0, {
      ...row,
      slot: freeSlot(rows.value),
      round,
      on: shown.value.length < MOST,
      added: true,
    })
  }
  function remove(row: Row): void {
    rows.value = rows.value.filter((one) => one !== row)
    if (shown.value.length === 0) rows.value[0].on = true
  }
  function compareWith(id: string | null): void {
    place.go(places.subnets(place.id!, id ?? undefined))
  }

  /** A new run: the settings of this one, its subnets as picked, joint training alone. Answers with warnings. */
  async function train(name: string, methods: Method[]): Promise<{ run: string; warnings: string[] }> {
    const { run } = await ask('runs.get', { run: list.value!.run.id })
    const tickets = { run: run.id, rounds: { ...picked.value } }
    return ask('training.start', { config: { ...run.config, name, methods, tickets } })
  }

  watch(
    () => String(address()),
    (_, before) => {
      if (address().length === 0) return
      // Another second run leaves what was picked of the first.
      if (before?.split(',')[0] !== address()[0]) {
        lists.value = []
        rows.value = []
        picture.value = null
        layer.value = null
        following = true
      }
      error.value = null
      void load()
    },
    { immediate: true },
  )
  watch(
    () => [
      rows.value.filter((row) => row.on).map(({ run, task, round, slot }) => [run, task, round, slot]),
      layer.value,
      names.value,
    ],
    () => void refresh(),
    { deep: true },
  )
  on('changed', () => void load())
  return {
    list,
    other,
    lists,
    others,
    rows,
    names,
    shown,
    layer,
    picture,
    parts,
    error,
    lastRound,
    picked,
    listOf,
    setRound,
    setAll,
    settle,
    canSwitch,
    showOnly,
    add,
    remove,
    compareWith,
    train,
  }
})
