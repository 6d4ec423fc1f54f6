/** The subnets that the explorer looks at: a task of a run, at a round. Plain data: no DOM, no Vue. */
import type { MaskInfo, MaskList } from '../../../shared/protocol/requests/masks.ts'

/** As many as a byte of the weight map has bits. */
export const MOST = 8

export interface Row {
  /** Stays while rows come and go: its colour, --task-N. */
  slot: number
  run: string
  task: string
  round: number
  /** Whether it takes part. */
  on: boolean
  /** Whether it was put there beside the task's first row. */
  added: boolean
}

export const roundsOf = ({ masks }: MaskList, task: string): MaskInfo[] => masks.filter((mask) => mask.task === task)
export const maskOf = (list: MaskList, { task, round }: Pick<Row, 'task' | 'round'>): MaskInfo | undefined =>
  list.masks.find((mask) => mask.task === task && mask.round === round)

/** The chosen subnet of a task; before the choice, the last one there is. Null where there is none. */
export function settledRound(list: MaskList, task: string): number | null {
  const rounds = roundsOf(list, task)
  return (rounds.find(({ chosen }) => chosen) ?? rounds.at(-1))?.round ?? null
}

/** The round nearest to one that a task may not have: below it if there is one. */
export function nearestRound(list: MaskList, task: string, round: number): number | null {
  const rounds = roundsOf(list, task).map((mask) => mask.round)
  return rounds.findLast((one) => one <= round) ?? rounds[0] ?? null
}

/** A row for every task with masks of every run, the first eight of them on. */
export function firstRows(lists: readonly MaskList[]): Row[] {
  return lists
    .flatMap((list) =>
      list.run.tasks.flatMap((task): Omit<Row, 'slot' | 'on'>[] => {
        const round = settledRound(list, task)
        return round === null ? [] : [{ run: list.run.id, task, round, added: false }]
      }),
    )
    .map((row, i) => ({ ...row, slot: i % MOST, on: i < MOST }))
}

/** The rows after the lists changed: those that are gone go, new tasks and runs come. `settle` also takes the rounds that are settled now. */
export function keptRows(rows: readonly Row[], lists: readonly MaskList[], settle: boolean): Row[] {
  const fresh = firstRows(lists)
  if (settle || rows.length === 0) return fresh
  const list = (id: string) => lists.find(({ run }) => run.id === id)
  const kept = rows.filter((row) => list(row.run) !== undefined && maskOf(list(row.run)!, row) !== undefined)
  const missing = fresh.filter((one) => !kept.some((row) => row.run === one.run && row.task === one.task))
  return missing.reduce(
    (all, one) => [...all, { ...one, slot: freeSlot(all), on: all.filter(({ on }) => on).length < MOST }],
    kept,
  )
}

/** A colour that no row has; the least used one where there is none. */
export function freeSlot(rows: readonly Row[]): number {
  const uses = Array.from({ length: MOST }, (_, slot) => rows.filter((row) => row.slot === slot).length)
  return uses.indexOf(Math.min(...uses))
}

/** What each row is called where it stands beside the others: its task, with its run where there are two, its round where the task is there twice. */
export function namesOf(rows: readonly Row[], runs: readonly string[]): string[] {
  return rows.map(({ run, task, round }) => {
    const twice = rows.filter((other) => other.run === run && other.task === task).length > 1
    return `${task}${twice ? ` r${round}` : ''}${runs.length > 1 ? ` ${letterOf(runs.indexOf(run))}` : ''}`
  })
}

/** A and B stand for the two runs. */
export const letterOf = (index: number): string => 'AB'[index] ?? '?'

/** The rounds picked for joint training, by task; null unless every task of the run has just one row. */
export function pickedRounds(rows: readonly Row[], list: MaskList): Record<string, number> | null {
  const own = rows.filter(({ run }) => run === list.run.id)
  const tasks = list.run.tasks.map((task) => own.filter((row) => row.task === task))
  return tasks.every((found) => found.length === 1)
    ? Object.fromEntries(tasks.map(([row]) => [row.task, row.round]))
    : null
}
