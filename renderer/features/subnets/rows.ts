/** The subnets that the explorer shows: a task of a run at a round. No DOM, no Vue. */
import type { MaskInfo, MaskList } from '../../../shared/protocol/requests/masks.ts'

/** The number of bits in a byte of the weight map. */
export const MAX_SHOWN = 8

export interface Row {
  /** Its colour, --task-N; it stays while other rows are added and removed. */
  slot: number
  run: string
  task: string
  round: number
  /** Whether it is shown. */
  on: boolean
  /** Whether it is a further round of a task that has a row already. */
  added: boolean
}

export const roundsOf = ({ masks }: MaskList, task: string): MaskInfo[] => masks.filter((mask) => mask.task === task)
export const maskOf = (list: MaskList, { task, round }: Pick<Row, 'task' | 'round'>): MaskInfo | undefined =>
  list.masks.find((mask) => mask.task === task && mask.round === round)

/** The round of the chosen subnet of a task; before the choice, the latest. Null where there is none. */
export function chosenOrLatest(list: MaskList, task: string): number | null {
  const rounds = roundsOf(list, task)
  return (rounds.find(({ chosen }) => chosen) ?? rounds.at(-1))?.round ?? null
}

/** The round of a task nearest to the wanted one: the next lower if there is one. */
export function nearestRound(list: MaskList, task: string, round: number): number | null {
  const rounds = roundsOf(list, task).map((mask) => mask.round)
  return rounds.findLast((one) => one <= round) ?? rounds[0] ?? null
}

/** A row for each task with masks of each run; the first eight are on. */
export function firstRows(lists: readonly MaskList[]): Row[] {
  return lists
    .flatMap((list) =>
      list.run.tasks.flatMap((task): Omit<Row, 'slot' | 'on'>[] => {
        const round = chosenOrLatest(list, task)
        return round === null ? [] : [{ run: list.run.id, task, round, added: false }]
      }),
    )
    .map((row, i) => ({ ...row, slot: i % MAX_SHOWN, on: i < MAX_SHOWN }))
}

/** The rows after the lists changed: without those that are gone, with new tasks and runs. `reset`: at current rounds. */
export function keptRows(rows: readonly Row[], lists: readonly MaskList[], reset: boolean): Row[] {
  const fresh = firstRows(lists)
  if (reset || rows.length === 0) return fresh
  const list = (id: string) => lists.find(({ run }) => run.id === id)
  const kept = rows.filter((row) => list(row.run) !== undefined && maskOf(list(row.run)!, row) !== undefined)
  const missing = fresh.filter((one) => !kept.some((row) => row.run === one.run && row.task === one.task))
  return missing.reduce(
    (all, one) => [...all, { ...one, slot: freeSlot(all), on: all.filter(({ on }) => on).length < MAX_SHOWN }],
    kept,
  )
}

/** An unused colour, else the least used one. */
export function freeSlot(rows: readonly Row[]): number {
  const uses = Array.from({ length: MAX_SHOWN }, (_, slot) => rows.filter((row) => row.slot === slot).length)
  return uses.indexOf(Math.min(...uses))
}

/** The name of each row: its task, with the run where there are two, with the round where the task occurs twice. */
export function namesOf(rows: readonly Row[], runs: readonly string[]): string[] {
  return rows.map(({ run, task, round }) => {
    const isTwice = rows.filter((other) => other.run === run && other.task === task).length > 1
    return `${task}${isTwice ? ` r${round}` : ''}${runs.length > 1 ? ` ${letterOf(runs.indexOf(run))}` : ''}`
  })
}

/** A and B stand for the two runs. */
export const letterOf = (index: number): string => 'AB'[index] ?? '?'

/** The rounds for joint training, by task; null unless each task of the run has exactly one row. */
export function selectedRounds(rows: readonly Row[], list: MaskList): Record<string, number> | null {
  const own = rows.filter(({ run }) => run === list.run.id)
  const tasks = list.run.tasks.map((task) => own.filter((row) => row.task === task))
  return tasks.every((found) => found.length === 1)
    ? Object.fromEntries(tasks.map(([row]) => [row.task, row.round]))
    : null
}
