/** Runs side by side, in Chromium, over a real database. */
import { settingText } from '../../shared/util/settingText.ts'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStore, type Store } from '../../main/store/index.ts'
import { score } from '../../shared/util/format.ts'
import { comparableMethods, comparedDensities, comparedEpochs, signed } from '../../renderer/charts/comparison.ts'
import { openTestApi } from '../support/api.ts'
import { afterFile } from '../support/cleanup.ts'
import { addRuns } from '../support/manyRuns.ts'
import { accessibilityProblems } from './axe.ts'
import { saved } from './saving.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

function tenRuns(): { store: Store; ids: string[] } {
  const store = openStore(':memory:')
  afterFile(() => store.close())
  return { store, ids: addRuns(store, 10, { rounds: 3, impEpochs: 2, jointEpochs: 5 }) }
}

describe('lines of several runs', () => {
  test('have the colour of their run and the dashes of their task', () => {
    const { store, ids } = tenRuns()
    const details = [ids[0], ids[9]].map((id) => {
      const trainings = store
        .trainings(id)
        .map((training) => ({ ...training, epochs: store.epochMetrics(id, training.id) }))
      return {
        detail: { run: store.getRun(id), notesVersion: 0, trainings, changes: [], coverage: null },
        label: `the ${store.getRun(id).name}`,
      }
    })
    // Run 9 was stopped before its joint training.
    expect(comparableMethods(details)).toEqual(['sparse', 'hard'])
    const lines = comparedEpochs(details, ['ner', 'pos'], 'sparse', 'dev')
    expect(lines.map(({ name, colour, stroke }) => [name, colour, stroke])).toEqual([
      ['the run 0: ner', { task: 0 }, 0],
      ['the run 0: pos', { task: 0 }, 1],
    ])
    expect(lines[1].points.map(({ y }) => y)).toEqual(
      details[0].detail.trainings.at(-1)!.epochs.map(({ dev }) => dev.pos.value),
    )
    const densities = comparedDensities(details, ['pos'])
    expect(densities.map(({ name, colour, points }) => [name, colour, points.map(({ x }) => x)])).toEqual(
      [0, 9].map((i, run) => [`the run ${i}`, { task: run }, [1, 0.8, 0.8 ** 2]]),
    )
  })

  test('numbers and settings read well', () => {
    expect([0.421, -0.1, 0.004, -0.004].map(signed)).toEqual(['+0.42', '−0.10', '±0.00', '±0.00'])
    expect([{ a: 1 }, null, true, 0.10000001, [1, 'b'], 5].map(settingText)).toEqual([
      '{"a":1}',
      'none',
      'yes',
      '0.1',
      '1, b',
      '5',
    ])
  })
})

describeWindow('the comparison', (openWindow) => {
  let store: Store
  let ids: string[]

  beforeAll(() => {
    ;({ store, ids } = tenRuns())
  })

  function open(runs: readonly string[], options?: WindowOptions) {
    const api = openTestApi(store)
    return openWindow(api, { ...options, address: `#/compare/${runs.join(',')}` }, () => api.close())
  }

  test('shows results side by side, with differences to a baseline that can be changed', async () => {
    const [a, b] = [ids[2], ids[4]]
    const page = await open([a, b])
    const value = (id: string) =>
      store.getRun(id).report!.methods.find(({ method }) => method === 'sparse')!.scores.ner.dev.value
    const section = page.locator('section', { has: page.getByRole('heading', { name: 'Results' }) })
    const cell = (name: string) =>
      section
        .getByRole('row', { name: `sparse sharing ${name}` })
        .getByRole('cell')
        .nth(1)
    expect((await cell('run 2').innerText()).trim()).toBe(score(value(a)))
    expect((await cell('run 4').innerText()).replace(/\s+/g, ' ')).toBe(
      `${score(value(b))} ${signed(value(b) - value(a))}`,
    )
    await page.getByRole('radio', { name: 'Use run 4 as the baseline' }).check()
    expect((await cell('run 2').innerText()).replace(/\s+/g, ' ')).toBe(
      `${score(value(a))} ${signed(value(a) - value(b))}`,
    )
    expect(await page.getByRole('link', { name: 'with baseline: subnets of run 2' }).getAttribute('href')).toBe(
      `#/runs/${b}/subnets?with=${a}`,
    )

    const file = await saved(page, 'Save table results side by side as CSV')
    const rows = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(rows[0]).toBe('Method,Run,ner,ner,pos,pos,# params')
    expect(rows).toContainEqual(expect.stringContaining(`sparse sharing,run 2,${value(a)}`))
  })

  test('draws curves in one chart, also of a run without joint training', async () => {
    const page = await open([ids[0], ids[9]])
    const section = page.locator('section', { has: page.getByRole('heading', { name: 'Curves' }) })
    await section.getByRole('img', { name: /Dev score by epoch, sparse sharing/ }).waitFor()
    await section.getByRole('combobox', { name: 'Show' }).selectOption('density')
    await section.getByRole('combobox', { name: 'Task' }).selectOption('ner')
    await section.getByRole('img', { name: /Dev score against density, ner/ }).waitFor()
    expect(await section.innerText()).toMatch(/run 0[\s\S]*run 9/)
    expect(await page.locator('section', { has: page.getByRole('heading', { name: 'Results' }) }).innerText()).toMatch(
      /run 9\s+so far/,
    )
  })

  test('shows only the settings that differ', async () => {
    const page = await open([ids[2], ids[3], ids[4]])
    const section = page.locator('section', { has: page.getByRole('heading', { name: 'Differences' }) })
    await section.waitFor()
    const rows = await section.getByRole('row').allInnerTexts()
    expect(rows.map((row) => row.split('\t').map((cell) => cell.trim()))).toEqual([
      ['setting', 'run 2', 'run 3', 'run 4'].map((name, i) =>
        i === 0 ? (expect.stringMatching(/setting/i) as string) : name,
      ),
      ['methods', 'single, subnet, hard, sparse', 'hard, sparse', 'single, subnet, hard, sparse'],
      ['seed', '2', '3', '4'],
    ])
    expect(await section.innerText()).toMatch(/All else equal: \d+ settings/)
    expect(await section.innerText()).toContain('All equal: 2 files')
  })

  test('adds and removes runs in place, and reports a run that does not exist', async () => {
    const page = await open([ids[2], 'nobody'])
    await page.getByRole('alert').filter({ hasText: 'There is no run nobody.' }).waitFor()
    await page.getByRole('button', { name: 'Remove nobody from the comparison' }).click()
    await page.getByRole('heading', { name: 'One run' }).waitFor()
    await page.getByLabel('Add a run').fill(`run 6 · ${ids[6]}`)
    await page.getByLabel('Add a run').press('Enter')
    await page.getByRole('heading', { name: '2 runs side by side' }).waitFor()
    await page.getByRole('radio', { name: 'Use run 6 as the baseline' }).waitFor()
    await page.getByRole('button', { name: 'Remove run 2 from the comparison' }).click()
    await expect.poll(() => page.url()).toMatch(new RegExp(`#/compare/${ids[6]}$`))
  })

  test.each([
    ['light', false],
    ['dark', true],
  ])('is accessible and fits at 200 percent zoom, %s', async (_, dark) => {
    const page = await open([ids[2], ids[3], ids[9]], { dark, width: 640, height: 400 })
    await page.getByRole('heading', { name: 'Environment' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  })
})
