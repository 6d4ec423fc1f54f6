/** What a program that ended in the middle of a series left: runs that the series does not name, files of no series. */
import { readdir, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { SERIES_KINDS } from '../../../shared/annotation/series.ts'
import type { RunRecord } from '../../../shared/runs/records.ts'
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { hashOf } from '../../store/json.ts'
import type { Store } from '../../store/types.ts'
import { SERIES_FOLDER } from './seriesParts.ts'

/** A younger folder may belong to a series that another program is about to record. */
const HOUR_MS = 3_600_000

/** The run with these settings, which name the files of one part of one series. */
export function runWith(store: Store, config: ExperimentConfig): RunRecord | null {
  return store.runsWithConfig(hashOf(config))[0] ?? null
}

/** Removes runs and files of series that no project has; nothing while a project is damaged. */
export async function sweepSeries(store: Store, olderThan = HOUR_MS): Promise<void> {
  const { corporaFolder: parent, annotation } = store
  if (parent === null) return
  const known = new Set<string>()
  // Which files a damaged project needs is not known.
  if (annotation.damaged().length > 0) return
  for (const { id } of annotation.list())
    for (const kind of SERIES_KINDS) known.add(`${SERIES_FOLDER}${annotation.series(id, kind)?.id ?? ''}`)
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => [])
  const left = new Set<string>()
  for (const { name } of entries.filter((one) => one.isDirectory() && one.name.startsWith(SERIES_FOLDER)))
    if (!known.has(name) && Date.now() - (await stat(join(parent, name))).mtimeMs > olderThan) left.add(name)
  if (left.size === 0) return
  for (const { id, status, interrupted, config } of store.listRuns()) {
    const train = config.corpora.labels?.train
    const folder = typeof train === 'string' ? dirname(train).split(sep).at(-1)! : ''
    if (!left.has(folder)) continue
    if (status === 'running' && !interrupted) left.delete(folder)
    else store.deleteRun(id)
  }
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true })
}
