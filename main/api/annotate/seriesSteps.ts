/** The first and the last step of a series: what it consists of, and the model that learns from everything. */
import { randomBytes } from 'node:crypto'
import { FOLDS, type StoredSeries } from '../../../shared/annotation/series.ts'
import type { Corpus } from '../../../shared/protocol/requests/datasets.ts'
import type { ExperimentConfig } from '../../../shared/settings/config.ts'
import { thisProcess } from '../../store/owner.ts'
import type { Store } from '../../store/types.ts'
import type { ApiContext } from '../types.ts'
import { onFiles, trainingConfig } from './config.ts'
import { AnnotateError } from './errors.ts'
import { planVersion } from './plan.ts'
import { divisionsOf, partFiles, seriesFolder, seriesProblem, writeParts } from './seriesParts.ts'
import { finalConfig } from './seriesResult.ts'
import type { Place } from './seriesTypes.ts'
import { groupsByDocument, SPLIT_SEED } from './split.ts'
import { DEV } from './train.ts'
import { runWith } from './seriesLeftovers.ts'
import { makeVersion, ownColumns, versionOfAll } from './version.ts'

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
    ...{ id, kind, owner: thisProcess(), status: 'running', problem: null, startedAt: new Date().toISOString() },
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

/** The settings of one part, which no other training has: they name its files. */
export function partConfig(
  store: Pick<Store, 'corporaFolder'>,
  { id, config, parts }: StoredSeries,
  i: number,
): ExperimentConfig {
  const { fold, share } = parts[i]
  const what = [
    ...(share === 1 ? [] : [`${100 * share} % of the labels`]),
    ...(fold === null ? [] : [`fold ${fold + 1} of ${FOLDS}`]),
  ]
  return onFiles(config, [config.name, ...what].join(', '), partFiles(seriesFolder(store, id), i))
}

/**
 * Starts a training on all decided sentences, with the settings that the folds found. Its model will suggest. What a
 * program that was killed here has made is used again.
 */
export async function trainOnAll(
  context: Pick<ApiContext, 'store' | 'uploads' | 'trainer' | 'notify'>,
  project: string,
  { config, parts }: StoredSeries,
): Promise<void> {
  const { store, trainer } = context
  const corpus = versionOfAll(store, project) ?? (await newVersion(context, project))
  const { path } = corpus.files.find(({ split }) => split === 'train')!
  // Nothing is chosen by its dev scores, which are those of what it learned.
  const files = { train: path, dev: path }
  const final = onFiles(finalConfig(config, parts), `${config.name}, all sentences`, files)
  const begun = runWith(store, final)
  const run = begun?.id ?? (await trainer.start(final)).run
  store.annotation.setTraining(project, run)
  if (begun !== null && begun.status !== 'finished' && !trainer.active().some((one) => one.run === run))
    trainer.resume(run)
}

async function newVersion(context: Pick<ApiContext, 'store' | 'uploads' | 'notify'>, project: string): Promise<Corpus> {
  const { name } = await planVersion(context.store, project, null)
  const corpus = await makeVersion(context, { project, name, base: null, dev: 0, test: 0 })
  context.notify({ name: 'changed', data: {} })
  return corpus
}
