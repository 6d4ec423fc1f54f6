/** Plans which corpora to read, and which of their columns for which task, from the config. */
import type { CorpusConfig, ExperimentConfig, TaskConfig } from '../../shared/settings/config.ts'
import type { ColumnRequest } from './columns.ts'
import type { IssueList } from './problems.ts'

/** Takes the place of the file name in messages about the config. */
const CONFIG = 'config'

export interface PlannedTask {
  name: string
  corpus: string
  /** Key of its column; null for a synthetic task. */
  column: string | null
  config: TaskConfig
}

export interface PlannedCorpus {
  name: string
  config: CorpusConfig
  request: ColumnRequest
}

export interface Plan {
  tasks: PlannedTask[]
  /** The corpora used by at least one task, in the config's order. */
  corpora: PlannedCorpus[]
}

/** Adds errors to `issues` and leaves out their tasks. Warns of corpora that no task uses; they are not read. */
export function planTasks(config: ExperimentConfig, issues: IssueList): Plan {
  const tasks = Object.entries(config.tasks).flatMap(([name, task]) =>
    planTask(name, task, Object.keys(config.corpora), issues),
  )
  const corpora: PlannedCorpus[] = []
  for (const [name, corpus] of Object.entries(config.corpora)) {
    const own = tasks.filter((task) => task.corpus === name)
    if (own.length === 0 && !issues.hasErrors)
      issues.warn(CONFIG, null, `found the corpus ${name}, which no task uses; it is not read`)
    if (own.length === 0) continue
    const keys = [...new Set(own.flatMap((task) => (task.column === null ? [] : [task.column])))]
    const tags = keys.map((key) => ({ key, tasks: own.filter((task) => task.column === key).map((task) => task.name) }))
    corpora.push({ name, config: corpus, request: { words: String(corpus.words), tags } })
  }
  return { tasks, corpora }
}

function planTask(name: string, task: TaskConfig, corpora: string[], issues: IssueList): PlannedTask[] {
  const known = corpora.join(', ')
  const corpus = task.corpus ?? (corpora.length === 1 ? corpora[0] : null)
  if (corpus === null) {
    issues.error(CONFIG, null, `found no corpus, expected one of: ${known}`, name)
    return []
  }
  if (!corpora.includes(corpus)) {
    issues.error(CONFIG, null, `found the corpus ${corpus}, expected one of: ${known}`, name)
    return []
  }
  if ((task.tags === null) === (task.synthetic === null)) {
    const found = task.tags === null ? 'neither tags nor synthetic' : 'both tags and synthetic'
    issues.error(CONFIG, null, `found ${found}, expected either a column of tags or synthetic tags`, name)
    return []
  }
  if (task.synthetic !== null && task.kind === 'span') {
    issues.error(CONFIG, null, `found kind span, expected token: ${task.synthetic} tags are no spans`, name)
    return []
  }
  return [{ name, corpus, column: task.tags === null ? null : String(task.tags), config: task }]
}
