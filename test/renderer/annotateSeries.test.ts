/** Cross-validation and the learning curve of a project: in Chromium over a real studio. */
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CURVE_SHARES, type SeriesPart, type StoredSeries, type TaskResult } from '../../shared/annotation/series.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { tinyConfig } from '../support/corpus.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

/** 60 sentences, of which 40 are labelled. */
async function labelled(studio: Studio): Promise<string> {
  const text = Array.from({ length: 60 }, (_, n) => `Anna${n} saw Lyon${n % 7} today .`).join('\n')
  const { project } = await studio.ask('annotate.create', {
    name: 'small',
    sources: [{ kind: 'text', name: 'text', text }],
    tasks: [{ name: 'ner', kind: 'span', labels: ['PER', 'LOC'] }],
  })
  for (let position = 0; position < 40; position++)
    await studio.ask('annotate.decide', {
      ...{ project, order: 'file', filter: 'open', position, revision: null },
      answers: [{ task: 'ner', labels: null, spans: [{ type: 'PER', from: 0, to: 1 }] }],
    })
  return project
}

const counts = (right: number, all: number): TaskResult['counts'] =>
  Array.from({ length: all }, (_, s) => (s < right ? [1, 1, 1] : [1, 0, 0]))

const part = (fold: number | null, share: number, right: number, heldOut: number): SeriesPart => ({
  ...{ fold, share, train: Math.round(share * 32), heldOut, run: null },
  result: {
    tasks: [{ task: 'ner', kind: 'span', counts: counts(right, heldOut) }],
    ...{ epochs: [3], jointEpochs: null, rounds: [1] },
  },
})

const series = (kind: StoredSeries['kind'], parts: SeriesPart[], more: Partial<StoredSeries> = {}): StoredSeries => ({
  ...{ id: '0123456789ab', kind, status: 'finished', problem: null, owner: null },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', sentences: 40, byDocument: false, seed: 0 },
  config: tinyConfig({}),
  parts,
  ...more,
})

describeWindow('trainings on parts of a project', (openWindow) => {
  test.each([false, true])('show their scores, the curve and its words (dark: %s)', async (dark) => {
    const studio = openStudio({})
    const project = await labelled(studio)
    studio.store.annotation.setSeries(
      project,
      'folds',
      series(
        'folds',
        [8, 7, 6, 5, 4].map((right, fold) => part(fold, 1, right, 8)),
      ),
    )
    studio.store.annotation.setSeries(
      project,
      'curve',
      series(
        'curve',
        CURVE_SHARES.map((share, i) => part(null, share, [1, 2, 4, 8][i], 8)),
      ),
    )
    const page = await openWindow(studio.api, { dark, address: `#/annotate/${project}` })
    const box = page.getByRole('region', { name: 'Your own tagger' })
    // 30 of 40 gold spans were found, and nothing else: F1 = 2 · 30 / 70.
    await box.getByRole('row', { name: /^ner\s+F1 85\.7\s+84\.5 ± 13\.2$/ }).waitFor()
    expect(await box.getByRole('checkbox', { name: /^Cross-validation over 5 folds/ }).isChecked()).toBe(false)
    const curve = page.getByRole('region', { name: 'Are more labels worth it?' })
    await curve.getByText('The last 8 sentences brought 33.3 points of F1: more labels are likely to help').waitFor()
    expect(await curve.getByRole('img', { name: /Score by the number of labelled sentences/ }).count()).toBe(1)
    await curve.getByText('Of 40 labelled sentences, judged on 8 of them.').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    if (process.env.PICTURES)
      await curve.screenshot({ path: `${process.env.PICTURES}/curve-${dark ? 'dark' : 'light'}.png` })
    if (process.env.PICTURES)
      for (const width of [1024, 1400, 1920]) {
        await page.setViewportSize({ width, height: 1600 })
        writeFileSync(`${process.env.PICTURES}/series-${width}-${dark ? 'dark' : 'light'}.png`, await page.screenshot())
      }
  })

  test('tell how far they are, what failed, and stop and resume', { timeout: 900_000 }, async () => {
    const tiny = { 'model.hidden': 6, 'model.wordDim': 6, 'imp.maxRounds': 1, 'imp.patience': null, 'imp.epochs': 400 }
    const studio = openStudio({}, { trainingSettings: tiny })
    const project = await labelled(studio)
    const done = [part(0, 1, 4, 8), { ...part(1, 1, 4, 8), result: null }]
    studio.store.annotation.setSeries(
      project,
      'folds',
      series('folds', done, { status: 'failed', problem: 'The disk is full.' }),
    )
    const page = await openWindow(studio.api, { width: 420, address: `#/annotate/${project}` })
    const box = page.getByRole('region', { name: 'Your own tagger' })
    await box.getByText('Cross-validation failed: The disk is full.').waitFor()
    await box.getByRole('button', { name: 'Resume' }).waitFor()

    const curve = page.getByRole('region', { name: 'Are more labels worth it?' })
    await curve.getByRole('checkbox').uncheck()
    await curve.getByRole('button', { name: 'Draw the curve' }).click()
    await curve.getByText('The learning curve: 0 of 4 trainings done.').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(420)
    await curve.getByRole('button', { name: 'Stop' }).click()
    await curve.getByText('The learning curve was stopped: 0 of 4 trainings are done.').waitFor()
    await curve.getByRole('button', { name: 'Resume' }).click()
    await curve.getByText('The learning curve: 0 of 4 trainings done.').waitFor()
  })
})
