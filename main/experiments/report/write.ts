/** Writes an experiment's report: Markdown, HTML, CSV, and the pictures as files. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '../../store/types.ts'
import { collect } from '../collect.ts'
import type { Experiment } from '../plan.ts'
import { runOf } from '../runs.ts'
import { labelsToCsv, toCsv } from './csv.ts'
import { toHtml } from './html.ts'
import { toMarkdown } from './markdown.ts'
import { pictures } from './pictures.ts'

/** Returns the paths of the files. Throws an Error where no run has finished, and what the file system throws. */
export function writeReports(store: Store, experiment: Experiment, folder: string): string[] {
  const files = reportFiles(store, experiment)
  mkdirSync(folder, { recursive: true })
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name)
    writeFileSync(`${path}.part`, text)
    renameSync(`${path}.part`, path)
    return path
  })
}

/** The texts of the files, by name. Throws an Error where no run has finished. */
export function reportFiles(store: Store, experiment: Experiment): Record<string, string> {
  const report = collect(store, experiment)
  const drawn = pictures(report)
  const runs = experiment.runs.flatMap((planned) => {
    const run = runOf(store, experiment, planned)
    return run?.report ? [{ variant: planned.variant, run }] : []
  })
  return {
    'report.md': toMarkdown(report, drawn),
    'report.html': toHtml(report, drawn),
    'results.csv': toCsv(runs),
    'labels.csv': labelsToCsv(store, runs),
    ...Object.fromEntries(drawn.map(({ file, svg }) => [file, svg])),
  }
}
