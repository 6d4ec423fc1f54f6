/** The correction that is open: how far it is, who suggests, the stretch of its queue that is shown. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ItemState, QueueFilter, QueueOrder } from '../../../shared/annotation/correcting.ts'
import type { CorrectionDetail, QueueRow } from '../../../shared/protocol/requests/corrections.ts'
import { ask, on } from '../../bridge/index.ts'
import { useIdIn } from '../../ui/routes.ts'

/** Rows of the queue around the sentence that is open, and with every "more". */
const BEFORE = 3
const AFTER = 40
/** While suggestions come, what they change is asked for so often at most. */
const EVERY_MS = 700

export const useCorrection = defineStore('correction', () => {
  const id = useIdIn('correct')
  const detail = shallowRef<CorrectionDetail | null>(null)
  const error = shallowRef<string | null>(null)
  const order = ref<QueueOrder>('uncertain')
  const filter = ref<QueueFilter>('open')
  const queue = computed(() => ({ order: order.value, filter: filter.value }))
  const rows = shallowRef<QueueRow[]>([])
  /** Sentences in the queue. */
  const total = ref(0)
  /** Sentences suggested for and to suggest for, while a run is about it and has told. */
  const suggesting = shallowRef<{ done: number; total: number } | null>(null)
  /** The sentence that the rows are around. */
  let around: number | null = null
  let shown = AFTER

  const counts = computed(() => detail.value?.counts ?? { open: 0, accepted: 0, fixed: 0, skipped: 0 })
  const sentences = computed(() => Object.values(counts.value).reduce((a, b) => a + b, 0))
  const done = computed(() => sentences.value - counts.value.open)

  /** Throws nothing: what is wrong is in `error`. */
  async function load(): Promise<void> {
    const project = id.value
    if (project === null) return
    try {
      const found = await ask('corrections.get', { project })
      if (id.value !== project) return
      detail.value = found
      error.value = null
      if (!found.suggesting) suggesting.value = null
    } catch (reason) {
      if (id.value === project) error.value = (reason as Error).message
    }
  }

  async function loadRows(position: number | null = around, more = false): Promise<void> {
    const project = id.value
    if (project === null) return
    shown = more ? shown + AFTER : position === around ? shown : AFTER
    around = position
    const found = await ask('corrections.queue', {
      project,
      ...queue.value,
      position,
      before: BEFORE,
      count: Math.min(500, shown),
    }).catch(() => null)
    if (found === null || id.value !== project || around !== position) return
    rows.value = found.rows
    total.value = found.total
  }

  /** A sentence has another state: known before the program is asked. */
  function count(from: ItemState, to: ItemState): void {
    if (detail.value === null) return
    const now = { ...detail.value.counts }
    now[from]--
    now[to]++
    detail.value = { ...detail.value, counts: now, undoable: detail.value.undoable + 1 }
  }

  let timer: ReturnType<typeof setTimeout> | null = null
  function refresh(): void {
    timer ??= setTimeout(() => {
      timer = null
      void load()
      void loadRows()
    }, EVERY_MS)
  }

  on('corrections', ({ project, suggesting: progress }) => {
    if (project !== id.value) return
    if (progress !== null) suggesting.value = progress
    refresh()
  })
  on('changed', refresh)
  watch(id, () => {
    detail.value = null
    error.value = null
    rows.value = []
    suggesting.value = null
    around = null
  })
  return {
    id,
    detail,
    error,
    order,
    filter,
    queue,
    rows,
    total,
    suggesting,
    counts,
    sentences,
    done,
    load,
    loadRows,
    count,
  }
})
