/** Settings of a run that adds tasks to another run: that run's settings and the additions. */
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { FlagValue } from './flags.ts'
import type { Problem } from './problems.ts'
import { expandShortcuts, type ShortFlag } from './shortcuts.ts'

/** The additions as the user wrote them. */
export interface Additions {
  how: ExperimentConfig['extend']['how']
  flags: readonly FlagValue[]
  shortcuts: readonly ShortFlag[]
}

/**
 * Returns the settings to start from and the flags with shortcuts expanded. --train, --dev and --test define a new
 * corpus, named after the first new task. New tasks are read from it; without it, from the only corpus of the run.
 * Appends to `problems`.
 */
export function extensionOf(
  run: { id: string; name: string; config: ExperimentConfig },
  { how, flags, shortcuts }: Additions,
  problems: Problem[],
): { base: object; flags: FlagValue[] } {
  const { corpora, tasks } = run.config
  const old = Object.keys(corpora)
  const entries = (section: string, given: readonly FlagValue[]) => [
    ...new Set(given.flatMap(({ path }) => (path[0] === section && path.length > 2 ? [path[1]] : []))),
  ]
  const [taskFlags, corpusFlags] = [
    shortcuts.filter(({ name }) => name === 'task'),
    shortcuts.filter(({ name }) => name !== 'task'),
  ]
  const named = [...expandShortcuts(taskFlags, old, problems), ...flags]
  const added = entries('tasks', named).filter((task) => !Object.hasOwn(tasks, task))
  const further = entries('corpora', flags).filter((corpus) => !old.includes(corpus))
  const fresh = further.length > 0 ? further : corpusFlags.length > 0 ? [freeName(added[0] ?? 'added', old)] : []
  const all = [...expandShortcuts(corpusFlags, fresh, problems), ...named]
  const homes = fresh.length > 0 ? fresh : old
  const homeless = added.filter(
    (task) => homes.length === 1 && !flags.some(({ path }) => path.join('\0') === ['tasks', task, 'corpus'].join('\0')),
  )
  const placed = homeless.map((task): FlagValue => ({
    flag: `--tasks.${task}.corpus`,
    path: ['tasks', task, 'corpus'],
    value: homes[0],
  }))
  const base = {
    ...run.config,
    name: `${run.name} + ${added.join(', ')}`,
    methods: ['sparse'],
    tickets: { run: null, rounds: {} },
    extend: { run: run.id, how, rounds: {} },
    tasks: Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [name, { ...task, corpus: task.corpus ?? old[0] }]),
    ),
  }
  return { base, flags: [...all, ...placed] }
}

function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted
  for (let n = 2; taken.includes(name); n++) name = `${wanted}-${n}`
  return name
}
