/** Keeps the losses of the shown trainings up to date: stored steps are fetched, new ones come with events. */
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'
import type { TrainingDetail } from '../../shared/protocol/api.ts'
import { trainingKey } from '../../shared/runs/training.ts'
import { ask, on } from '../bridge/index.ts'
import { afterPaint } from './afterPaint.ts'
import { Losses } from './losses.ts'
import { throttled } from './throttle.ts'

/** The number of points held over all shown trainings; beyond it, the store thins them to their extremes. */
const BUDGET = 120_000
/** Milliseconds between two updates of the charts. */
const PAUSE = 125

/** run: its id. shown: only these are fetched. session: changes when the run is resumed and may have gone back. */
export function useLosses(run: string, shown: Ref<readonly TrainingDetail[]>, session: Ref<unknown>) {
  const known = new Map<string, Losses>()
  const fetching = new Set<string>()
  /** Changes whenever a line has grown. */
  const revision = shallowRef(0)
  const error = shallowRef<string | null>(null)
  const announce = throttled(() => revision.value++, PAUSE, afterPaint)

  async function fetchMore(training: TrainingDetail): Promise<void> {
    const key = trainingKey(training.id)
    const losses = known.get(key) ?? known.set(key, new Losses()).get(key)!
    if (fetching.has(key)) return
    fetching.add(key)
    try {
      const maxPoints = Math.max(2000, Math.floor(BUDGET / Math.max(1, shown.value.length)))
      const from = losses.next
      losses.fetched(await ask('runs.steps', { run, training: training.id, from, maxPoints }), from)
      error.value = null
    } catch (reason) {
      error.value = (reason as Error).message
    }
    fetching.delete(key)
    announce.call()
    // Dropped meanwhile: the answer belongs to an earlier session.
    if (known.get(key) !== losses) update()
  }

  function update(): void {
    for (const training of shown.value)
      if (wants(training, known.get(trainingKey(training.id)))) void fetchMore(training)
  }

  watch(shown, update, { immediate: true })
  watch(session, () => {
    known.clear()
    update()
  })
  onScopeDispose(on('changed', update))
  onScopeDispose(
    on('run', ({ run: id, event }) => {
      if (id !== run || (event.type !== 'steps' && event.type !== 'trainingStart')) return
      const losses = known.get(trainingKey(event.id))
      if (losses === undefined) return
      if (event.type === 'steps') losses.received(event.steps)
      else losses.rewind(event.resumedAtStep)
      announce.call()
    }),
  )
  onScopeDispose(announce.cancel)
  return { revision, error, of: (key: string) => known.get(key) ?? null }
}

/** Whether the store may have steps that are missing here. */
function wants({ state, epochs }: TrainingDetail, losses: Losses | undefined): boolean {
  if (losses === undefined || state === 'running') return true
  return losses.next < (epochs.at(-1)?.step ?? 0)
}
