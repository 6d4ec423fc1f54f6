/** The columns of the table of runs: what each shows, sorts by and writes to a file. No DOM. */
import { own } from '../../../shared/util/nested.ts'
import type { EpochScores, RunScores } from '../../../shared/runs/digest.ts'
import { duration, score, when } from '../../../shared/util/format.ts'
import type { RunSummary } from '../../../shared/runs/records.ts'
import { METHOD_NAMES } from '../../../shared/settings/methods.ts'
import type { ShownStatus } from '../../ui/status.ts'

export interface Column {
  key: string
  title: string
  /** The heading under which the column picker lists it. */
  group: string
  /** In pixels; the first column takes the remaining width. */
  width: number
  /** Right-aligned. */
  number?: true
  /** May take two lines. */
  lines?: true
  /** The value it sorts by and writes to a file. */
  value(run: RunSummary): string | number | null
  text(run: RunSummary): string
  /** A second, smaller line. */
  detail?(run: RunSummary): string
  /** The tooltip. */
  hint?(run: RunSummary): string | undefined
}

/** The epochs for which scores are shown. */
export const MOMENTS = [
  { key: 'chosen', title: 'Chosen', means: 'the epoch whose weights are kept' },
  { key: 'best', title: 'Best', means: 'each task at its own best epoch' },
  { key: 'last', title: 'Last', means: 'the last epoch so far' },
] as const satisfies { key: keyof RunScores; title: string; means: string }[]

export const DEFAULT_COLUMNS = ['status', 'tags', 'methods', 'tasks', 'chosen', 'best', 'last', 'created', 'worked']

const NAME: Column = {
  key: 'name',
  title: 'Run',
  group: '',
  width: 168,
  value: ({ name }) => name,
  text: ({ name }) => name,
}

const statusColumn = (statusOf: (run: RunSummary) => ShownStatus): Column => ({
  key: 'status',
  title: 'Status',
  group: 'Run',
  width: 138,
  value: statusOf,
  text: statusOf,
})

const FACTS: Column[] = [
  {
    key: 'tags',
    title: 'Tags',
    group: 'Run',
    width: 132,
    value: ({ tags }) => tags.join(', '),
    text: ({ tags }) => tags.join(', '),
  },
  {
    key: 'methods',
    title: 'Methods',
    group: 'Run',
    width: 112,
    lines: true,
    value: ({ methods }) => methods.join(', '),
    text: ({ methods }) => methods.join(', '),
    hint: ({ methods }) => methods.join(', '),
  },
  {
    key: 'tasks',
    title: 'Tasks',
    group: 'Run',
    width: 96,
    lines: true,
    value: ({ tasks }) => tasks.join(', '),
    text: ({ tasks }) => tasks.join(', '),
    hint: ({ tasks }) => tasks.join(', '),
  },
]

const MORE: Column[] = [
  {
    key: 'notes',
    title: 'Notes',
    group: 'Run',
    width: 180,
    lines: true,
    value: ({ notes }) => notes,
    text: ({ notes }) => notes,
    hint: ({ notes }) => (notes === '' ? undefined : notes),
  },
  {
    key: 'created',
    title: 'Created',
    group: 'Run',
    width: 104,
    value: ({ createdAt }) => createdAt,
    text: ({ createdAt }) => when(createdAt).slice(0, 10),
    detail: ({ createdAt }) => when(createdAt).slice(11),
  },
  {
    key: 'worked',
    title: 'Training time',
    group: 'Run',
    width: 116,
    number: true,
    value: ({ workedSeconds }) => workedSeconds,
    text: ({ workedSeconds }) => (workedSeconds === 0 ? '–' : duration(workedSeconds)),
  },
  {
    key: 'trainings',
    title: 'Trainings',
    group: 'Run',
    width: 92,
    number: true,
    value: ({ trainings }) => trainings.done,
    text: ({ trainings: { done, planned } }) => `${done} of ${planned}`,
  },
  {
    key: 'seed',
    title: 'Seed',
    group: 'Run',
    width: 92,
    number: true,
    value: ({ seed }) => seed,
    text: ({ seed }) => String(seed),
  },
  {
    key: 'config',
    title: 'Settings',
    group: 'Run',
    width: 112,
    value: ({ configHash }) => configHash,
    text: ({ configHash }) => configHash.slice(0, 10),
    hint: () => 'SHA-256 of the settings: equal hashes mean equal settings',
  },
]

const MEAN = 'Mean dev score over the tasks, percent'

/** The first column, which is always shown. */
export const nameColumn = NAME

/** All columns for runs on these tasks, in display order. */
export function columnsFor(tasks: readonly string[], statusOf: (run: RunSummary) => ShownStatus): Column[] {
  const means = MOMENTS.map(({ key, title, means }): Column => ({
    key,
    title: `${title} dev`,
    group: MEAN,
    width: 92,
    number: true,
    value: ({ scores }) => scores?.[key].mean ?? null,
    text: ({ scores }) => score(scores?.[key].mean),
    detail: ({ scores }) =>
      scores === null || scores[key].mean === null
        ? ''
        : key === 'best'
          ? scores.method
          : epochText(scores[key], scores.method),
    hint: ({ scores }) =>
      scores === null
        ? undefined
        : `Mean dev score of ${METHOD_NAMES[scores.method]}, ${means}${epochsText(scores[key])}`,
  }))
  const perTask = MOMENTS.flatMap(({ key, title, means }) =>
    tasks.map((task): Column => ({
      key: `${key}/${task}`,
      title: `${task} ${title.toLowerCase()}`,
      group: `${title} dev, by task`,
      width: Math.max(92, 66 + 7 * task.length),
      number: true,
      value: ({ scores }) => taskScore(scores, key, task)?.value ?? null,
      text: ({ scores }) => score(taskScore(scores, key, task)?.value),
      detail: ({ scores }) => {
        const found = taskScore(scores, key, task)
        return found === undefined ? '' : `epoch ${found.epoch + 1}`
      },
      hint: ({ scores }) =>
        scores === null ? undefined : `Dev score of ${task} with ${METHOD_NAMES[scores.method]}, ${means}`,
    })),
  )
  return [statusColumn(statusOf), ...FACTS, ...means, ...perTask, ...MORE]
}

/** "epoch 12" where the scores of all tasks come from one epoch; the subnets of single tasks have one epoch each. */
function taskScore(scores: RunScores | null, key: (typeof MOMENTS)[number]['key'], task: string) {
  return scores === null ? undefined : own(scores[key].tasks, task)
}

function epochText({ tasks }: EpochScores, method: string): string {
  const epochs = new Set(Object.values(tasks).map(({ epoch }) => epoch))
  return epochs.size === 1 ? `epoch ${[...epochs][0] + 1}` : method
}

function epochsText({ tasks }: EpochScores): string {
  return `: ${Object.entries(tasks)
    .map(([task, { value, epoch }]) => `${task} ${score(value)} at epoch ${epoch + 1}`)
    .join(', ')}`
}

/** A title row and one row per run, with exact values: the whole table, whichever part is drawn. */
export function csvRows(runs: readonly RunSummary[], columns: readonly Column[]): (string | number | null)[][] {
  const titles = columns.map(({ title, group }) =>
    group === MEAN
      ? `mean dev ${title.toLowerCase().replace(' dev', '')}`
      : group.endsWith('by task')
        ? `dev ${title}`
        : title.toLowerCase(),
  )
  return [
    ['id', 'name', ...titles],
    ...runs.map((run) => [run.id, run.name, ...columns.map(({ value }) => value(run))]),
  ]
}
