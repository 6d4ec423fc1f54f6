/** The text that `show` prints. */
import { curvesOf } from '../../../shared/runs/curves.ts'
import type { RunRecord, Store } from '../../store/types.ts'
import type { Paint } from '../colour.ts'
import { VECTOR_COVERAGE, type VectorCoverages } from '../../../shared/runs/records.ts'
import { choiceLines } from './choiceOnTest.ts'
import { coverageLines, datasetLines, environmentLines, headLines, settingLines } from './facts.ts'
import { extensionLines } from './extension.ts'
import { overlapLines } from './overlap.ts'
import { resultLines } from './results.ts'
import { ticketLines } from './tickets.ts'
import { unfinishedLines } from './unfinished.ts'

/** Longer lines are hard to read, however wide the terminal is. */
const MAX_WIDTH = 120

export function page(store: Store, run: RunRecord, columns: number, paint: Paint): string[] {
  const width = Math.min(columns, MAX_WIDTH)
  const { report } = run
  const outcome =
    report === null
      ? unfinishedLines(store, run, width, paint)
      : [
          resultLines(report, width, paint),
          extensionLines(report, width, paint),
          ticketLines(curvesOf(report.tickets), width, paint),
          overlapLines(report, width, paint),
          choiceLines(report, width, paint),
        ]
  const parts = [
    headLines(run, paint),
    ...outcome,
    settingLines(run.config, paint),
    [
      ...datasetLines(run, width, paint),
      ...coverageLines(store.loadDocument<VectorCoverages>(run.id, VECTOR_COVERAGE), run.config),
    ],
    environmentLines(run, width, paint),
  ]
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]))
}
