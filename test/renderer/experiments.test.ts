/** Experiments in the window: begun, followed, stopped, resumed, and read. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { imported } from '../support/annotating.ts'
import { openStudio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

const TEXT = `
title: In miniature
about: Two tasks, two seeds.
seeds: [1, 2]
files:
  made: { train: [train.txt], dev: [dev.txt], test: [test.txt] }
config:
  methods: [single, hard, sparse]
  tasks: { pos: { tags: 1 }, np: { tags: 2 } }
  model: { wordDim: 6, charDim: 4, charFilters: 5, charOut: 3, hidden: 8, charMinCount: 1 }
  optimizer: { batchSize: 4 }
  imp: { epochs: 2, pruningRate: 0.4, maxRounds: 1 }
  joint: { epochs: 2 }
paper:
  scores: {}
`

describeWindow('experiments', (openWindow) => {
  test('start from a file, train in the queue, stop, resume, and show their results', async () => {
    const studio = openStudio()
    const page = await openWindow(studio.api, { address: '#/experiments' })
    await page.getByRole('heading', { name: 'No experiments yet' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('link', { name: 'New experiment' }).click()
    await page.getByRole('radio', { name: 'Your own file' }).check()
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'mini.yaml', mimeType: 'text/yaml', buffer: Buffer.from(TEXT) })
    await page.getByRole('alert').filter({ hasText: 'needs the train file of made' }).waitFor()
    await page.getByLabel('Folder of corpora').fill(studio.folder)
    const work = page.locator('section', { has: page.getByRole('heading', { name: 'Work' }) })
    await work.getByText(/2 runs with 12 trainings/).waitFor()
    await page.getByRole('textbox', { name: 'Seeds' }).fill('1, 2, x')
    await page.getByRole('alert').filter({ hasText: 'Seeds and sizes are numbers' }).waitFor()
    await page.getByRole('textbox', { name: 'Seeds' }).fill('7, 8')
    await page.getByLabel('Joint epochs').fill('3')
    await work.getByText(/2 runs/).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Start the experiment' }).click()

    await page.getByRole('heading', { name: 'mini', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Resume' }).waitFor()
    await vi.waitFor(async () => expect(await studio.ask('training.active', {})).toEqual([]), { timeout: 200_000 })
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('2 of 2 finished').waitFor()
    expect(studio.store.listRuns().map(({ config }) => [config.seed, config.joint.epochs])).toEqual([
      [8, 3],
      [7, 3],
    ])

    const results = page.getByRole('region', { name: 'Results' })
    await results
      .getByRole('row', { name: /sparse sharing/ })
      .first()
      .waitFor()
    await results.getByRole('img', { name: /Mean dev score against density/ }).waitFor()
    expect(await results.getByText(/± standard deviation over 2 seeds/).count()).toBe(1)
    expect(await results.getByText(/p (=|<) 0\.\d+/).count()).toBeGreaterThan(0)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.locator('summary', { hasText: 'Save report' }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Report, HTML' }).click(),
    ])
    expect(file.suggestedFilename()).toBe('mini-report.html')
    expect(readFileSync(await file.path(), 'utf8')).toContain('<h1>In miniature</h1>')
    await page.getByRole('link', { name: 'mini, seed 7' }).click()
    await page.getByRole('heading', { name: 'mini, seed 7' }).waitFor()
    await page.getByRole('link', { name: 'Experiments' }).click()
    expect(await page.getByRole('row', { name: /mini/ }).innerText()).toMatch(/2 of 2/)

    await page.getByRole('link', { name: 'mini', exact: true }).click()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByText('They stay in the list of runs').waitFor()
    await page.getByRole('checkbox', { name: 'Also delete its 2 runs' }).check()
    await page.getByRole('button', { name: 'Delete it and 2 runs' }).click()
    await page.getByRole('heading', { name: 'No experiments yet' }).waitFor()
    expect(studio.store.listExperiments()).toEqual([])
    expect(studio.store.listRuns()).toEqual([])
    await studio.close()
  })

  test('of a file take an imported corpus, with the columns chosen for their tasks', async () => {
    const studio = openStudio()
    const corpus = await imported(studio, 'mine', {
      tasks: [
        { name: 'pos', column: 1, kind: 'auto', scheme: 'auto' },
        { name: 'phrase', column: 2, kind: 'auto', scheme: 'auto' },
      ],
    })
    const page = await openWindow(studio.api, { address: '#/experiments/new' }, () => studio.close())
    await page.getByRole('radio', { name: 'Your own file' }).check()
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'mini.yaml', mimeType: 'text/yaml', buffer: Buffer.from(TEXT) })
    await page.getByLabel('made', { exact: true }).selectOption({ label: corpus.name })
    // A task of the same name is found; the other one is chosen.
    expect(await page.getByLabel('Tags of pos').locator('option:checked').innerText()).toMatch(/^pos \(column 1/)
    const column = page.getByLabel('Tags of np')
    expect(await column.locator('option:checked').innerText()).toBe('column 2, as in the experiment')
    await column.selectOption({ label: (await column.locator('option', { hasText: 'phrase' }).innerText()).trim() })
    const work = page.locator('section', { has: page.getByRole('heading', { name: 'Work' }) })
    await work.getByText(/2 runs with 12 trainings/).waitFor()
    await page.getByRole('button', { name: 'Start the experiment' }).click()
    await page.getByRole('heading', { name: 'mini', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    const [{ config }] = studio.store.listRuns()
    expect(config.tasks.np).toMatchObject({ tags: 2, kind: 'span', scheme: 'IOB2' })
    expect(config.corpora.made.train).toBe(corpus.files.find(({ split }) => split === 'train')!.path)
  })

  test('of a file take files by their paths, and say beside the field what is wrong', async () => {
    const studio = openStudio()
    const page = await openWindow(studio.api, { address: '#/experiments/new' }, () => studio.close())
    await page.getByRole('radio', { name: 'Your own file' }).check()
    await page
      .getByLabel('File', { exact: true })
      .setInputFiles({ name: 'mini.yaml', mimeType: 'text/yaml', buffer: Buffer.from(TEXT) })
    await page.getByLabel('made', { exact: true }).selectOption({ label: 'Other files…' })
    const data = page.locator('section', { has: page.getByRole('heading', { name: 'Data' }) })
    const work = page.locator('section', { has: page.getByRole('heading', { name: 'Work' }) })
    const train = data.getByLabel('made, train file')
    await train.fill(join(studio.folder, 'absent.txt'))
    await data
      .getByRole('alert')
      .filter({ hasText: /^\s*corpora\.made\.train: \/.*absent\.txt: there is no such file\s*$/ })
      .waitFor()
    await work.getByText('stand beside its fields').waitFor()
    expect(await work.getByRole('alert').count()).toBe(0)
    await train.fill(join(studio.folder, 'train.txt'))
    await data.getByLabel('made, dev file').fill(join(studio.folder, 'dev.txt'))
    await work.getByText(/2 runs with 12 trainings/).waitFor()
    await data.getByLabel('Tags of np').fill('-1')
    await data.getByRole('alert').filter({ hasText: 'tasks.np.tags' }).waitFor()
    expect(await page.getByRole('button', { name: 'Start the experiment' }).isDisabled()).toBe(true)
    await data.getByLabel('Tags of np').fill('1')
    await work.getByText(/2 runs with 12 trainings/).waitFor()
    await page.getByRole('button', { name: 'Start the experiment' }).click()
    await page.getByRole('heading', { name: 'mini', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    const [{ config }] = studio.store.listRuns()
    expect(config.tasks.np.tags).toBe(1)
    expect(config.corpora.made.train).toBe(join(studio.folder, 'train.txt'))
  })

  test('of the paper can be chosen, with the files that they need', async () => {
    const studio = openStudio()
    const page = await openWindow(studio.api, { address: '#/experiments/new' }, () => studio.close())
    await page.getByRole('radio', { name: /^exp1/ }).waitFor()
    await page.getByRole('alert').filter({ hasText: 'exp1 needs the train file of conll2003' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'Seeds' }).inputValue()).toBe('2019, 2020, 2021')
    expect(await page.getByRole('checkbox', { name: 'soft sharing' }).isChecked()).toBe(true)
    await page.getByRole('radio', { name: /^warmup/ }).check()
    await page.getByRole('alert').filter({ hasText: 'warmup needs the train file' }).waitFor()
    expect(await page.getByRole('button', { name: 'Start the experiment' }).isDisabled()).toBe(true)
  })
})
