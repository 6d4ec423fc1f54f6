/** The trainings of a series: which sentences each learns from and which it is judged on, and their files. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CURVE_SHARES, FOLDS, type SeriesKind } from '../../../shared/annotation/series.ts'
import type { DecidedSentence } from '../../store/annotation/types.ts'
import type { Store } from '../../store/types.ts'
import type { TaskColumn } from './columns.ts'
import type { TrainingFiles } from './config.ts'
import { AnnotateError } from './errors.ts'
import { conllWriter } from './rows.ts'
import { foldsOf, groupsOf, nestedParts, splitDecided } from './split.ts'

export interface Division {
  fold: number | null
  share: number
  train: DecidedSentence[]
  heldOut: DecidedSentence[]
}

/** The smallest part of a learning curve must be worth a training. */
export const MIN_CURVE = 20

/** Why a series cannot be started, or null. */
export function seriesProblem(kind: SeriesKind, decided: readonly DecidedSentence[], folds: boolean): string | null {
  if (kind === 'curve' && decided.length < MIN_CURVE)
    return `Label at least ${MIN_CURVE} sentences first; ${decided.length} are decided.`
  if (folds && groupsOf(decided).length < FOLDS)
    return `Cross-validation needs at least ${FOLDS} different sentences; found ${groupsOf(decided).length}.`
  return null
}

/** In the order of training: a curve's smallest share first. `dev`: the share that an ordinary training is judged on. */
export function divisionsOf(
  kind: SeriesKind,
  decided: readonly DecidedSentence[],
  folds: boolean,
  dev: number,
): Division[] {
  const whole = folds ? heldOutFolds(decided) : [{ fold: null, ...ordinary(decided, dev) }]
  if (kind === 'folds') return whole.map((one) => ({ ...one, share: 1 }))
  const parts = whole.map((one) => ({ ...one, nested: nestedParts(one.train, CURVE_SHARES) }))
  return CURVE_SHARES.flatMap((share, i) =>
    parts.map(({ fold, heldOut, nested }) => ({ fold, share, train: nested[i], heldOut })),
  )
}

function heldOutFolds(decided: readonly DecidedSentence[]): Omit<Division, 'share'>[] {
  return foldsOf(decided, FOLDS).map((heldOut, fold) => {
    const judged = new Set(heldOut)
    return { fold, train: decided.filter((one) => !judged.has(one)), heldOut }
  })
}

function ordinary(decided: readonly DecidedSentence[], dev: number): Pick<Division, 'train' | 'heldOut'> {
  const split = splitDecided(decided, { dev, test: 0 })
  return { train: split.train, heldOut: split.dev }
}

/** What the name of a series' folder starts with. */
export const SERIES_FOLDER = 'series-'

/** Beside the files of the catalogue, which has no entry for it. Throws AnnotateError 'noTraining'. */
export function seriesFolder({ corporaFolder }: Pick<Store, 'corporaFolder'>, id: string): string {
  if (corporaFolder === null)
    throw new AnnotateError('noTraining', 'Training needs a database in a file; this one is in memory.')
  return join(corporaFolder, `${SERIES_FOLDER}${id}`)
}

export const partFiles = (folder: string, part: number): TrainingFiles => ({
  train: join(folder, `${part + 1}-train.conll`),
  dev: join(folder, `${part + 1}-heldout.conll`),
})

/** The files of all parts are written at the start, because a person may decide more while they train. */
export async function writeParts(
  folder: string,
  columns: readonly TaskColumn[],
  divisions: readonly Division[],
): Promise<void> {
  const write = conllWriter({ columns: columns.length + 1, separator: 'tab', words: 0 }, columns)
  try {
    await mkdir(folder, { recursive: true })
    for (const [i, { train, heldOut }] of divisions.entries()) {
      const files = partFiles(folder, i)
      await writeFile(files.train, train.map(write).join(''))
      await writeFile(files.dev, heldOut.map(write).join(''))
    }
  } catch (error) {
    await removeParts(folder)
    throw error
  }
}

export const removeParts = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true })
