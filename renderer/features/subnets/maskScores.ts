/** The table of scores under other masks, and one of its cells by label. No DOM. */
import type { LabelScore } from '../../../shared/analysis/labels.ts'
import type { MaskScore, MaskVariant } from '../../../shared/protocol/requests/analysis.ts'
import { grouped, score } from '../../../shared/util/format.ts'
import type { Row } from '../../charts/csv.ts'
import type { HeatMap } from '../../charts/heat.ts'

const NAMES: Record<MaskVariant['kind'], (task: string) => string> = {
  own: () => 'its own subnet',
  other: (task) => `the subnet of ${task}`,
  shared: () => 'only what all subnets share',
  withoutPrivate: () => 'its own, without weights that no other keeps',
  withoutSharedWith: (task) => `its own, without what it shares with ${task}`,
}
export const variantName = (variant: MaskVariant): string => NAMES[variant.kind]('task' in variant ? variant.task : '')

export interface ScoreTable {
  tasks: string[]
  variants: string[]
  /** Null where the variant does not apply to the task. */
  at(task: string, variant: string): MaskScore | null
  own(task: string): MaskScore
}

/** Variants: own, those of the others, shared, parts left out; those of other tasks in the order of the tasks. */
export function scoreTable(scores: readonly MaskScore[]): ScoreTable {
  const order: MaskVariant['kind'][] = ['own', 'other', 'shared', 'withoutPrivate', 'withoutSharedWith']
  const tasks = [...new Set(scores.map(({ task }) => task))]
  const about = (variant: MaskVariant) => ('task' in variant ? tasks.indexOf(variant.task) : -1)
  const variants = scores
    .map(({ variant }) => variant)
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || about(a) - about(b))
  const at = (task: string, variant: string) =>
    scores.find((one) => one.task === task && variantName(one.variant) === variant) ?? null
  return {
    tasks,
    variants: [...new Set(variants.map(variantName))],
    at,
    own: (task) => at(task, variantName({ kind: 'own' }))!,
  }
}

/** "+1.20", "−3.45"; '' for the same score. */
export function changeText(points: number): string {
  return points === 0 ? '' : `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`
}

/** Cells are shaded by the share of the own score that is left. */
export function scoreHeat({ tasks, variants, at, own }: ScoreTable): HeatMap {
  const cell = (task: string, variant: string) => {
    const found = at(task, variant)
    if (found === null) return { share: 0, text: '', explanation: `${task}: not applicable` }
    const share = own(task).dev.value === 0 ? 0 : Math.min(1, found.dev.value / own(task).dev.value)
    const explanation = `${task} under ${variant}: ${score(found.dev.value)}, ${grouped(found.kept)} weights kept`
    return { share, text: score(found.dev.value), explanation }
  }
  return {
    rows: variants,
    columns: tasks,
    cells: variants.map((variant) => tasks.map((task) => cell(task, variant))),
    rowTitle: 'evaluated under',
    columnTitle: 'task',
  }
}

export function scoreRows({ tasks, variants, at }: ScoreTable): Row[] {
  const lines = variants.flatMap((variant) =>
    tasks.flatMap((task): Row[] => {
      const found = at(task, variant)
      if (found === null) return []
      const all = { label: 'all', gold: found.labels.total.gold, ...found.labels.micro }
      return [all, ...found.labels.labels].map(({ label, gold, precision, recall, f1 }) => [
        ...[task, variant, found.kept, label, gold, precision, recall, f1],
      ])
    }),
  )
  return [['task', 'evaluated under', 'weights kept', 'label', 'in gold', 'precision', 'recall', 'F1'], ...lines]
}

export interface LabelChange extends LabelScore {
  /** F1 under the own subnet. */
  own: number
}

/** The labels of a cell beside those under the own subnet; the largest loss first. */
export function labelChanges(found: MaskScore, own: MaskScore): LabelChange[] {
  const before = new Map(own.labels.labels.map(({ label, f1 }) => [label, f1]))
  const lost = (one: LabelChange) => (one.own - one.f1) * Math.sqrt(one.gold)
  return found.labels.labels
    .map((one) => ({ ...one, own: before.get(one.label) ?? 0 }))
    .toSorted((a, b) => lost(b) - lost(a) || b.gold - a.gold || (a.label < b.label ? -1 : 1))
}
