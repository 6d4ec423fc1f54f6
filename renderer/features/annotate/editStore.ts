/** Edits of the open project as a whole: tasks, labels, guidelines, rules. Each is one request; the detail follows. */
import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Requests } from '../../../shared/protocol/api.ts'
import { ask } from '../../bridge/index.ts'
import { useLabelling } from './labellingStore.ts'
import { useProject } from './projectStore.ts'

type LabelEdit = Requests['annotate.label']['arguments']['edit']
type TaskEdit = Requests['annotate.task']['arguments']['edit']
type NewRules = Extract<Requests['annotate.rules']['arguments'], { rules: unknown }>['rules']

export const useProjectEdits = defineStore('projectEdits', () => {
  const projectStore = useProject()
  const labelling = useLabelling()
  const busy = ref(false)
  const error = shallowRef<string | null>(null)
  /** What was done last, also for screen readers. */
  const message = ref('')

  /** Returns whether it was done; `error` says why not. */
  async function once(work: (project: string) => Promise<string>): Promise<boolean> {
    const project = projectStore.id
    if (project === null || busy.value) return false
    busy.value = true
    error.value = null
    try {
      message.value = await work(project)
      await projectStore.load()
      // Its labels may read differently now.
      if (labelling.item !== null && !labelling.changed) await labelling.open(labelling.item.position)
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

  const usesOf = (task: string, label: string) => ask('annotate.labelUses', { project: projectStore.id!, task, label })

  return { busy, error, message, editLabel, editTask, undoLabels, saveGuidelines, saveRules, usesOf }
})
