/** The mask explorer: the subnets shown, their overlap, and the weights of one layer that they keep. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { sizeOf } from '../../../shared/util/arrays.ts'
import { fromBase64 } from '../../../shared/util/base64.ts'
import type { Method } from '../../../shared/settings/methods.ts'
import type { MaskComparison, MaskList, OtherRun, Subnet, WeightMap } from '../../../shared/protocol/requests/masks.ts'
import { ask, on } from '../../bridge/index.ts'
import { partsOf } from './measures.ts'
import {
  freeSlot,
  keptRows,
  MAX_SHOWN,
  namesOf,
  nearestRound,
  selectedRounds,
  roundsOf,
  chosenOrLatest,
  type Row,
} from './rows.ts'
import { firstOf, routes, useIdIn } from '../../ui/routes.ts'

/** A consistent state of the explorer: rows, their overlap, and the weights that they keep. */
export interface Picture {
  rows: Row[]
  names: string[]
  comparison: MaskComparison
  weights: Omit<WeightMap, 'kept'> & { kept: Uint8Array }
}

export const useSubnets = defineStore('subnets', () => {
  const route = useRoute()
  const router = useRouter()
  const id = useIdIn('subnets')
  /** The run, and the one it is compared with. */
  const lists = shallowRef<MaskList[]>([])
  const others = shallowRef<OtherRun[]>([])
  const rows = ref<Row[]>([])
  const layer = ref<string | null>(null)
  const picture = shallowRef<Picture | null>(null)
  const error = shallowRef<string | null>(null)
  /** Whether rounds follow a run in training, until the user selects one. */
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
  const selected = computed(() => (list.value === null ? null : selectedRounds(rows.value, list.value)))
  const parts = computed(() => (picture.value === null ? [] : partsOf(picture.value.comparison.layers)))

  const address = () => (id.value === null ? [] : [id.value, firstOf(route.query.with)])

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

  /** One request at a time; changes in between cause one more request at the end. */
  let loading = false
  let stale = false
  async function refresh(): Promise<void> {
    stale = true
    if (loading) return
    loading = true
    while (stale) {
      stale = false
      await loadPicture()
    }
    loading = false
  }

  async function loadPicture(): Promise<void> {
    const subset = shown.value.map((row) => ({ ...row }))
    if (subset.length === 0) {
      picture.value = null
      return
    }
    const subsetNames = names.value.filter((_, i) => rows.value[i].on)
    const subnets: Subnet[] = subset.map(({ run, task, round }) => ({ run, task, round }))
    try {
      const [comparison, known] = await Promise.all([
        ask('masks.compare', { subnets }),
        layer.value === null ? null : ask('masks.weights', { subnets, layer: layer.value }),
      ])
      // The largest layer, a recurrent one, is shown first.
      layer.value ??= comparison.layers.toSorted((a, b) => sizeOf(b.shape) - sizeOf(a.shape))[0].layer
      const { kept, ...map } = known ?? (await ask('masks.weights', { subnets, layer: layer.value }))
      picture.value = { rows: subset, names: subsetNames, comparison, weights: { ...map, kept: fromBase64(kept) } }
      error.value = null
    } catch (reason) {
      error.value = (reason as Error).message
    }
  }

  function setRound(row: Row, round: number): void {
    following = false
    row.round = round
  }
  /** Sets the round of all tasks; a task without that round takes the nearest. */
  function setAll(round: number): void {
    for (const row of rows.value) setRound(row, nearestRound(listOf(row.run)!, row.task, round) ?? row.round)
  }
  function resetRounds(): void {
    for (const row of rows.value) setRound(row, chosenOrLatest(listOf(row.run)!, row.task) ?? row.round)
  }
  /** At least one row is shown and at most eight. */
  const canSwitch = (row: Row) => (row.on ? shown.value.length > 1 : shown.value.length < MAX_SHOWN)
  function showOnly(wanted: readonly Row[]): void {
    for (const row of rows.value) row.on = wanted.includes(row)
  }
  /** Adds another round of the same task. */
  function add(row: Row): void {
    following = false
    const rounds = roundsOf(listOf(row.run)!, row.task).map((mask) => mask.round)
    const used = rows.value.filter((one) => one.run === row.run && one.task === row.task).map((one) => one.round)
    const round = rounds.findLast((one) => !used.includes(one)) ?? row.round
    rows.value.splice(rows.value.indexOf(row) + 1, 0, {
      ...row,
      slot: freeSlot(rows.value),
      round,
      on: shown.value.length < MAX_SHOWN,
      added: true,
    })
  }
  function remove(row: Row): void {
    rows.value = rows.value.filter((one) => one !== row)
    if (shown.value.length === 0) rows.value[0].on = true
  }
  function compareWith(other: string | null): void {
    void router.push(routes.subnets(id.value!, other ?? undefined))
  }

  /** Starts a run with the settings of this one and the selected subnets: joint training alone. Returns warnings. */
  async function train(name: string, methods: Method[]): Promise<{ run: string; warnings: string[] }> {
    const { run } = await ask('runs.get', { run: list.value!.run.id })
    const tickets = { run: run.id, rounds: { ...selected.value } }
    return ask('training.start', { config: { ...run.config, name, methods, tickets } })
  }

  watch(
    () => String(address()),
    (_, before) => {
      if (address().length === 0) return
      // A different second run does not change the selection of the first.
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
    selected,
    listOf,
    setRound,
    setAll,
    resetRounds,
    canSwitch,
    showOnly,
    add,
    remove,
    compareWith,
    train,
  }
})
