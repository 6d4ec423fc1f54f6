/** The tasks of a new project: typed, or taken over from a corpus, a run or another project. */
import { computed, ref } from 'vue'
import type { Requests } from '../../../shared/protocol/api.ts'

type Tasks = Requests['annotate.create']['arguments']['tasks']

/** A task as it is typed. */
export interface TypedTask {
  name: string
  kind: 'span' | 'token'
  /** Separated by commas or line ends. */
  labels: string
}

export type LabelOrigin = 'typed' | 'corpus' | 'run' | 'project'

export function useNewTasks() {
  const origin = ref<LabelOrigin>('typed')
  /** The id of the corpus, run or project. */
  const from = ref('')
  const typed = ref<TypedTask[]>([emptyTask()])

  const problem = computed(() => {
    if (origin.value !== 'typed') return from.value === '' ? 'Choose where the labels come from.' : null
    const names = typed.value.map(({ name }) => name.trim())
    if (names.some((name) => name === '')) return 'Give each task a name.'
    if (names.some((name) => /\s/.test(name))) return 'The name of a task has no spaces.'
    if (new Set(names).size < names.length) return 'Two tasks have the same name.'
    const spaced = typed.value.flatMap(labelsOf).find((label) => /\s/.test(label))
    return spaced === undefined ? null : `A label has no spaces: "${spaced}".`
  })

  function add(): void {
    typed.value.push(emptyTask())
  }

  function remove(task: TypedTask): void {
    typed.value = typed.value.filter((one) => one !== task)
  }

  function tasks(): NonNullable<Tasks> {
    switch (origin.value) {
      case 'corpus':
        return { corpus: from.value }
      case 'run':
        return { run: from.value }
      case 'project':
        return { project: from.value }
      case 'typed':
        return typed.value.map((task) => ({ name: task.name.trim(), kind: task.kind, labels: labelsOf(task) }))
    }
  }

  function clear(): void {
    origin.value = 'typed'
    from.value = ''
    typed.value = [emptyTask()]
  }

  return { origin, from, typed, problem, add, remove, tasks, clear }
}

function emptyTask(): TypedTask {
  return { name: '', kind: 'span', labels: '' }
}

export function labelsOf({ labels }: Pick<TypedTask, 'labels'>): string[] {
  const names = labels.split(/[,\n]/).map((label) => label.trim())
  return [...new Set(names.filter((label) => label !== ''))]
}
