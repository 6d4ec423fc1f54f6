/** The first and the last step of a series: what it consists of, and the model that learns from everything. */
import { randomBytes } from 'node:crypto'
import { FOLDS, type StoredSeries } from '../../../shared/annotation/series.ts'
import type { ApiContext } from '../types.ts'
import { onFiles, trainingConfig } from './config.ts'
import { AnnotateError } from './errors.ts'
import { planVersion } from './plan.ts'
import { divisionsOf, partFiles, seriesFolder, seriesProblem, writeParts } from './seriesParts.ts'
import { finalConfig } from './seriesResult.ts'
import type { Place } from './seriesTypes.ts'
import { groupsByDocument, SPLIT_SEED } from './split.ts'
import { DEV } from './train.ts'
import { makeVersion, ownColumns } from './version.ts'

/** Writes the files of a new series, which is not stored yet. Throws AnnotateError 'noTraining'. */
export async function newSeries(
  { store, trainingSettings }: Pick<ApiContext, 'store' | 'trainingSettings'>,
  { project, kind }: Place,
  folds: boolean,
): Promise<StoredSeries> {
  const { name, tasks } = store.annotation.get(project)
  const decided = store.annotation.decided(project)
  const problem = seriesProblem(kind, decided, folds)
  if (problem !== null) throw new AnnotateError('noTraining', problem)
  const divisions = divisionsOf(kind, decided, folds, DEV)
  const columns = ownColumns(tasks)
  const id = randomBytes(6).toString('hex')
  const folder = seriesFolder(store, id)
  await writeParts(folder, columns, divisions)
  return {
    ...{ id, kind, owner: process.pid, status: 'running', problem: null, startedAt: new Date().toISOString() },
    sentences: decided.length,
    byDocument: groupsByDocument(decided),
    seed: SPLIT_SEED,
    config: trainingConfig(
      `${name} tagger`,
      columns.map(({ column }) => column),
      partFiles(folder, 0),
      Math.max(...divisions.map(({ train }) => train.length)),
      trainingSettings,
    ),
    parts: divisions.map(({ fold, share, train, heldOut }) => ({
      ...{ fold, share, train: train.length, heldOut: heldOut.length, run: null, result: null },
    })),
  }
}

export function partName({ config, parts }: StoredSeries, i: number): string {
  const { fold, share } = parts[i]
  const what = [
    ...(share === 1 ? [] : [`${100 * share} % of the labels`]),
    ...(fold === null ? [] : [`fold ${fold + 1} of ${FOLDS}`]),
  ]
  return [config.name, ...what].join(', ')
}

/** Starts a training on all decided sentences, with the settings that the folds found. Its model will suggest. */
export async function trainOnAll(
  context: Pick<ApiContext, 'store' | 'uploads' | 'trainer' | 'notify'>,
  project: string,
  { config, parts }: StoredSeries,
): Promise<void> {
  const { store, trainer, notify } = context
  const { name } = await planVersion(store, project, null)
  const corpus = await makeVersion(context, { project, name, base: null, dev: 0, test: 0 })
  notify({ name: 'changed', data: {} })
  const { path } = corpus.files.find(({ split }) => split === 'train')!
  // Nothing is chosen by its dev scores, which are those of what it learned.
  const files = { train: path, dev: path }
  const { run } = await trainer.start(onFiles(finalConfig(config, parts), `${config.name}, all sentences`, files))
  store.annotation.setTraining(project, run)
}
