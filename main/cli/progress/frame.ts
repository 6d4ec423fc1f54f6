/** The live lines of a run: one per active training and a summary. A pure function of the state. */
import { duration, percent, score } from '../../../shared/util/format.ts'
import type { Paint } from '../colour.ts'
import { cut, pad, textWidth } from '../table.ts'
import { tally } from './plain.ts'
import type { Active, ProgressState } from '../../../shared/runs/progress.ts'
import { label, meanDev, speed } from '../../../shared/runs/names.ts'

const BAR = { maxWidth: 24, minWidth: 6 }
/** If more trainings are active, the rest is only counted. */
const MAX_LINES = 8

export function frame(state: ProgressState, columns: number, now: number, paint: Paint, note: string): string[] {
  const trainings = [...state.active.values()]
  const shown = trainings.slice(0, MAX_LINES)
  const rows = shown.map(cells)
  const widths = rows.reduce<number[]>((sum, row) => row.map((cell, i) => Math.max(sum[i] ?? 0, textWidth(cell))), [])
  const lines = rows.map((row, i) => trainingLine(row, widths, shown[i], columns, paint))
  if (trainings.length > shown.length) lines.push(cut(`… and ${trainings.length - shown.length} more`, columns))
  const elapsed = `${duration(Math.round((now - state.startedAt) / 1000))} elapsed`
  const summary = trainings.length === 0 && note === '' ? [state.stage, elapsed] : [tally(state), elapsed, note]
  return [...lines, paint.dim(cut(summary.filter((part) => part !== '').join(' · '), columns))]
}

/** Cells of a line: the label, then the most important first. Cells that do not fit are dropped from the end. */
function cells({ id, density, epoch, totalEpochs, loss, last, tokens }: Active): string[] {
  const densityOfTask = id.task === null ? '' : percent(density[id.task] ?? 1)
  const dev = last === null ? null : meanDev(last.dev)
  const several = last !== null && Object.keys(last.dev).length > 1
  return [
    label(id),
    `epoch ${pad(String(Math.min(epoch + 1, totalEpochs)), String(totalEpochs).length, 'right')}/${totalEpochs}`,
    dev === null ? '' : `${several ? 'mean dev' : 'dev'} ${score(dev)}`,
    loss === null ? '' : `loss ${loss.toFixed(4)}`,
    densityOfTask,
    speed(tokens.perSecond()),
  ]
}

function trainingLine(row: string[], widths: number[], training: Active, columns: number, paint: Paint): string {
  const used: string[] = []
  let width = 0
  for (const [i, cell] of row.entries()) {
    if (widths[i] === 0) continue
    if (i >= 2 && width + widths[i] + 2 > columns) break
    used.push(pad(cell, widths[i], i === 0 ? 'left' : 'right'))
    width += widths[i] + 2
  }
  const room = columns - width
  const bar =
    room < BAR.minWidth
      ? []
      : [progressBar(training.step / Math.max(training.totalSteps, 1), Math.min(room, BAR.maxWidth), paint)]
  const [name, epochs, ...rest] = used
  return room < 0 ? cut(`${name}  ${epochs}`, columns) : [name, epochs, ...bar, ...rest].join('  ')
}

function progressBar(done: number, width: number, paint: Paint): string {
  const full = Math.round(Math.min(1, Math.max(0, done)) * width)
  return paint.good('█'.repeat(full)) + paint.dim('░'.repeat(width - full))
}
