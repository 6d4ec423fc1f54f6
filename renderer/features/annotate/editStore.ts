/** Edits of the open project as a whole: tasks, labels, guidelines, rules. Each is one request; the detail follows. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Requests } from '../../../shared/protocol/api.ts'
import { ask } from '../../bridge/index.ts'
import { useCorrecting } from '../corrections/correctingStore.ts'
import { useCorrection } from '../corrections/correctionStore.ts'

type LabelEdit = Requests['annotate.label']['arguments']['edit']
type TaskEdit = Requests['annotate.task']['arguments']['edit']
type NewRules = Extract<Requests['annotate.rules']['arguments'], { rules: unknown }>['rules']

export const useProjectEdits = defineStore('projectEdits', () => {
  const correction = useCorrection()
  const correcting = useCorrecting()
  const busy = ref(false)
  const error = shallowRef<string | null>(null)
  /** What was done last, also for screen readers. */
  const message = ref('')

  /** Returns whether it was done; `error` says why not. */
  async function once(work: (project: string) => Promise<string>): Promise<boolean> {
    const project = correction.id
    if (project === null || busy.value) return false
    busy.value = true
    error.value = null
    try {
      message.value = await work(project)
      await correction.load()
      // Its labels may read differently now.
      if (correcting.item !== null && !correcting.changed) await correcting.open(correcting.item.position)
      return true
    } catch (reason) {
      error.value = (reason as Error).message
      return false
    } finally {
      busy.value = false
    }
  }

  const editLabel = (task: string, edit: LabelEdit) =>
    once(async (project) => {
      const { affected } = await ask('annotate.label', { project, task, edit })
      return affected === 0 ? 'Done.' : `Done: ${affected} decided ${affected === 1 ? 'sentence' : 'sentences'} follow.`
    })

  const editTask = (edit: TaskEdit) =>
    once(async (project) => {
      await ask('annotate.task', { project, edit })
      return edit.do === 'add' ? 'Decided sentences are open again, with their labels kept.' : 'Done.'
    })

  const undoLabels = () =>
    once(async (project) => {
      await ask('annotate.undoLabels', { project })
      return 'Undone.'
    })

  const saveGuidelines = (text: string) =>
    once(async (project) => {
      await ask('annotate.guidelines', { project, text })
      return 'Saved.'
    })

  const saveRules = (rules: NewRules) =>
    once(async (project) => {
      const { suggested, problems } = await ask('annotate.rules', { project, rules })
      return [`${suggested} open sentences have a suggestion of the rules.`, ...problems].join(' ')
    })

  const usesOf = (task: string, label: string) => ask('annotate.labelUses', { project: correction.id!, task, label })

  return { busy, error, message, editLabel, editTask, undoLabels, saveGuidelines, saveRules, usesOf }
})
