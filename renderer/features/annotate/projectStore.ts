/** The project that is open: its progress, its suggestions, and the visible part of its queue. */
import { useThrottleFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { ItemState, QueueFilter, QueueOrder } from '../../../shared/annotation/project.ts'
import type { ProjectDetail, QueueRow } from '../../../shared/protocol/requests/annotateResults.ts'
import { ask, on } from '../../bridge/index.ts'
import { useIdIn } from '../../ui/routes.ts'

/** Rows of the queue before and after the open sentence; "More" adds AFTER rows. */
const BEFORE = 3
const AFTER = 40
/** While suggestions arrive, the queue is requested this often at most, in milliseconds. */
const EVERY_MS = 700

export const useProject = defineStore('project', () => {
  const id = useIdIn('project')
  const detail = shallowRef<ProjectDetail | null>(null)
  const error = shallowRef<string | null>(null)
  const order = ref<QueueOrder>('uncertain')
  const filter = ref<QueueFilter>('open')
  /** Only sentences with this text, and with this label. */
  const text = ref('')
  const label = shallowRef<{ task: string; label: string } | null>(null)
  const queue = computed(() => ({
    order: order.value,
    filter: filter.value,
    ...(text.value.trim() === '' ? {} : { text: text.value.trim() }),
    ...(label.value === null ? {} : { label: label.value }),
  }))
  const rows = shallowRef<QueueRow[]>([])
  /** Sentences in the queue. */
  const total = ref(0)
  /** The progress of suggesting, in sentences; null while it is not known. */
  const suggesting = shallowRef<{ done: number; total: number } | null>(null)
  /** The sentence around which rows are loaded. */
  let around: number | null = null
  let shown = AFTER

  const counts = computed(() => detail.value?.counts ?? { open: 0, accepted: 0, fixed: 0, skipped: 0 })
  const sentences = computed(() => Object.values(counts.value).reduce((a, b) => a + b, 0))
  const done = computed(() => sentences.value - counts.value.open)

  /** Does not throw: `error` has the reason. */
  async function load(): Promise<void> {
    const project = id.value
    if (project === null) return
    try {
      const found = await ask('annotate.get', { project })
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
    const found = await ask('annotate.queue', {
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

  /** Updates the counts when the state of a sentence changes, without a request. */
  function count(from: ItemState, to: ItemState): void {
    if (detail.value === null) return
    const now = { ...detail.value.counts }
    now[from]--
    now[to]++
    detail.value = { ...detail.value, counts: now, undoable: detail.value.undoable + 1 }
  }

  const refresh = useThrottleFn(() => Promise.all([load(), loadRows()]), EVERY_MS, true, false)

  on('annotate', ({ project, suggesting: progress }) => {
    if (project !== id.value) return
    if (progress !== null) suggesting.value = progress
    void refresh()
  })
  on('changed', () => void refresh())
  watch(id, () => {
    detail.value = null
    error.value = null
    rows.value = []
    suggesting.value = null
    text.value = ''
    label.value = null
    around = null
  })
  return {
    id,
    detail,
    error,
    order,
    filter,
    text,
    label,
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
