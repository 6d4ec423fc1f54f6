/** Annotation projects over a small trained run: what several tests do before they begin. */
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { answersOf, type Answer } from '../../shared/annotation/project.ts'
import type { Requests } from '../../shared/protocol/api.ts'
import type { Corpus } from '../../shared/protocol/requests/datasets.ts'
import { corpusFiles, tinyConfig } from './corpus.ts'
import type { Studio } from './studio.ts'
import { uploaded } from './upload.ts'

export const PATIENCE = { timeout: 200_000, interval: 10 }
export const OPEN = { order: 'uncertain', filter: 'open' } as const
export const TOKENS = ['Dbm acn obm', 'ebm dcm acn obm', '👍🏽 dgn', 'obm', 'acn dcm'].join('\n')
export const words = (line: string) => line.split(' ')

export const files = { ...corpusFiles(), 'raw.txt': TOKENS }

export async function imported(
  studio: Studio,
  name = 'made',
  layout: Partial<Requests['datasets.import']['arguments']> = {},
  [train, dev, test]: string[] = ['train.txt', 'dev.txt', 'test.txt'],
): Promise<Corpus> {
  const hand = async (file: string | undefined) =>
    file === undefined ? null : (await studio.ask('files.open', { path: join(studio.folder, file) })).file
  const tasks = [
    { name: 'pos', column: 1, kind: 'auto', scheme: 'auto' },
    { name: 'np', column: 2, kind: 'auto', scheme: 'auto' },
  ] as const
  return studio.ask('datasets.import', {
    name,
    files: { train: (await hand(train))!, dev: await hand(dev), test: await hand(test) },
    format: 'auto',
    words: 0,
    tasks: [...tasks],
    problems: 'refuse',
    ...layout,
  })
}

/** A run on a corpus of the catalogue. */
export async function trained(studio: Studio, { files: parts }: Corpus): Promise<string> {
  const path = Object.fromEntries(parts.map((file) => [file.split, file.path])) as {
    train: string
    dev: string
    test: string
  }
  const { run } = await studio.ask('training.start', {
    config: tinyConfig({ methods: ['hard'], corpora: { made: path }, joint: { epochs: 1 } }),
  })
  await studio.over(run)
  return run
}

export async function corrected(
  studio: Studio,
  run: string,
  source?: Requests['annotate.create']['arguments']['sources'][number],
): Promise<string> {
  const file = source === undefined ? await uploaded(studio, 'raw.txt') : ''
  const { project } = await studio.ask('annotate.create', {
    name: 'raw',
    run,
    sources: [source ?? { kind: 'file', file, format: 'tokens' }],
  })
  await suggested(studio, project)
  return project
}

export const suggested = (studio: Studio, project: string) =>
  vi.waitFor(
    async () => expect(await studio.ask('annotate.get', { project })).toMatchObject({ pending: 0, suggesting: false }),
    PATIENCE,
  )

export async function decide(
  studio: Studio,
  project: string,
  position: number,
  change: ((answers: Answer[]) => Answer[]) | null,
) {
  const item = await studio.ask('annotate.item', { project, ...OPEN, position })
  return studio.ask('annotate.decide', {
    project,
    ...OPEN,
    position,
    revision: item.revision,
    answers: change && change(answersOf(item.suggestion!.tags)),
  })
}
export const asSuggested = (answers: Answer[]) => answers
/** Labels and spans that no model suggests. */
export const asFixed = (answers: Answer[]): Answer[] =>
  answers.map((answer) =>
    answer.labels === null
      ? {
          ...answer,
          spans: [
            { type: 'NP', from: 0, to: 1 },
            { type: 'PLACE', from: 1, to: 3 },
          ],
        }
      : { ...answer, labels: ['SMILE', ...answer.labels.slice(1)] },
  )
export const FIXED_ROWS = (answers: Answer[]) =>
  words('ebm dcm acn obm').map((word, t) => [word, answers[0].labels![t], ['B-NP', 'B-PLACE', 'I-PLACE', 'O'][t]])
