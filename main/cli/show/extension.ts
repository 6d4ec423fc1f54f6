/** The tasks that a run added to the run it extends. */
import { grouped, percent } from '../../../shared/util/format.ts'
import type { Report } from '../../../shared/runs/report.ts'
import { wrap } from '../../config/wrap.ts'
import type { Paint } from '../colour.ts'
import { extensionSentences } from '../../../shared/runs/names.ts'

export function extensionLines({ extension, prunable }: Report, width: number, paint: Paint): string[] {
  if (extension === undefined) return []
  const lines = extension.added.map(
    ({ task, kept, own }) =>
      `${task}: ${grouped(kept)} weights (${percent(kept / prunable)}), ${grouped(own)} of them kept by no ` +
      'earlier task',
  )
  return [
    paint.bold(`Added to run ${extension.run}`),
    ...lines,
    ...extensionSentences(extension).flatMap((sentence) => wrap(sentence, width)),
  ]
}
