/** A new run, from corpus to start, in Chromium over the real program. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { configSchema, type ExperimentConfig } from '../../shared/settings/config.ts'
import { folderOf } from '../support/corpus.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

const cli = fileURLToPath(new URL('../../main/entry/sparse-sharing.mjs', import.meta.url))
/** Sizes that train in a second, as a file has them. */
const TINY =
  'model: { wordDim: 6, charDim: 4, charFilters: 5, charOut: 3, hidden: 8 }\nimp: { epochs: 1, pruningRate: 0.4, maxRounds: 1 }\njoint: { epochs: 1 }\n'

describeWindow('a new run', (openWindow) => {
  async function open(studio: Studio, options: WindowOptions = {}) {
    const page = await openWindow(studio.api, { address: '#/train', ...options }, () => studio.close())
    await page.getByRole('heading', { name: 'New run' }).waitFor()
    return page
  }

  /** A corpus in the catalogue, by this name. */
  async function imported(studio: Studio, name: string, from = 'train.txt'): Promise<string> {
    const { file: train } = await studio.ask('files.open', { path: join(studio.folder, from) })
    const tasks = [
      { name: 'pos', column: 1, kind: 'auto', scheme: 'auto' },
      { name: 'np', column: 2, kind: 'auto', scheme: 'auto' },
    ] as const
    return (
      await studio.ask('datasets.import', {
        name,
        files: { train, dev: null, test: null },
        format: 'auto',
        words: 0,
        tasks: [...tasks],
        problems: 'refuse',
      })
    ).id
  }

  const number = (page: Page, name: string) => page.getByRole('spinbutton', { name, exact: true })
  const start = (page: Page) => page.getByRole('button', { name: 'Start', exact: true })

  async function saved(page: Page): Promise<{ name: string; path: string; config: ExperimentConfig }> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save to file' }).click(),
    ])
    const path = join(folderOf({}), download.suggestedFilename())
    await download.saveAs(path)
    const printed = execFileSync(process.execPath, [cli, 'config', path, '--json'], { encoding: 'utf8' })
    return { name: download.suggestedFilename(), path, config: JSON.parse(printed) as ExperimentConfig }
  }

  async function loadFile(page: Page, name: string, text: string): Promise<void> {
    await page
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'application/yaml', buffer: Buffer.from(text) })
  }

  test('without a corpus says what to do first', async () => {
    const page = await open(openStudio())
    expect(await page.getByRole('link', { name: 'Import a corpus first' }).getAttribute('href')).toBe(
      '#/datasets/import',
    )
    await page.getByRole('button', { name: 'Choose the corpora to train on.' }).waitFor()
    expect(await start(page).isDisabled()).toBe(true)
  })

  test('takes corpora and tasks, shows problems next to their fields, and saves what the command line reads', async () => {
    const studio = openStudio()
    await imported(studio, 'One')
    await imported(studio, 'Two', 'dev.txt')
    const page = await open(studio)
    await page.getByRole('checkbox', { name: /^One/ }).check()
    await page.getByRole('checkbox', { name: /^Two/ }).check()
    const second = page.getByRole('list', { name: 'Tasks of Two' })
    await second.getByRole('checkbox', { name: /^pos / }).uncheck()
    await second.getByText('as Two-np').waitFor()
    // A quick look is where a new run begins; methods and settings are folded.
    expect(await page.getByRole('radio', { name: 'Quick look' }).isChecked()).toBe(true)
    expect(await number(page, 'Epochs per round').isVisible()).toBe(false)
    await page.getByText('Advanced: methods and settings').click()
    expect(await number(page, 'Epochs per round').inputValue()).toBe('5')

    // One setting differs: no preset any more. Wrong: shown at the field and beside the start.
    const epochs = number(page, 'Epochs per round')
    await epochs.fill('0')
    expect(await page.getByRole('radio', { name: 'Custom' }).isChecked()).toBe(true)
    await page.getByText('found 0, expected a whole number of at least 1', { exact: true }).waitFor()
    expect(await epochs.getAttribute('aria-invalid')).toBe('true')
    const described = (await epochs.getAttribute('aria-describedby'))!
      .split(' ')
      .map((id) => `document.getElementById(${JSON.stringify(id)}).innerText`)
    expect(await page.evaluate(`[${described.join()}].join(' ')`)).toContain('found 0, expected')
    expect(await start(page).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'imp.epochs: found 0' }).click()
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('setting-imp.epochs')
    expect(await accessibilityProblems(page)).toEqual([])

    await epochs.fill('7')
    await page.getByRole('textbox', { name: 'Name' }).fill('two corpora')
    await page.getByText('Rounds', { exact: true }).waitFor()
    const { name, path, config } = await saved(page)
    expect(name).toBe('two-corpora.yaml')
    await page.getByText('sparse-sharing train two-corpora.yaml').waitFor()
    const [one, two] = (await studio.ask('datasets.list', {})).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    const task = { pos: { tags: 1, kind: 'token' }, np: { tags: 2, kind: 'span', scheme: 'IOB2' } } as const
    expect(config).toEqual(
      configSchema.parse({
        name: 'two corpora',
        corpora: {
          One: { train: one.files[0].path, format: 'conll' },
          Two: { train: two.files[0].path, format: 'conll' },
        },
        tasks: {
          pos: { ...task.pos, corpus: 'One' },
          np: { ...task.np, corpus: 'One' },
          'Two-np': { ...task.np, corpus: 'Two' },
        },
        imp: { epochs: 7, pruningRate: 0.3, maxRounds: 3, patience: 2 },
        joint: { epochs: 10, patience: 3 },
      }),
    )

    // The draft outlives the page; emptied, the file restores it.
    await page.reload()
    expect(await number(page, 'Epochs per round').inputValue()).toBe('7')
    await page.getByRole('button', { name: 'Start over' }).click()
    await page.getByText('Advanced: methods and settings').click()
    expect(await number(page, 'Epochs per round').inputValue()).toBe('5')
    expect(await page.getByRole('checkbox', { name: /^One/ }).isChecked()).toBe(false)
    await loadFile(page, name, readFileSync(path, 'utf8'))
    await second.waitFor()
    expect((await saved(page)).config).toEqual(config)
  })

  test('of a file with mistakes shows their lines, and unknown settings can be removed', async () => {
    const page = await open(openStudio())
    await loadFile(page, 'bad.yaml', 'imp: {epochs: 3\n')
    await page
      .getByRole('alert')
      .filter({ hasText: /bad\.yaml:\d: not valid YAML/ })
      .waitFor()
    await loadFile(
      page,
      'bad.yaml',
      'corpora: { main: { train: train.txt } }\ntasks: { ner: { tags: 3 } }\nimp:\n  epoch: 3\n',
    )
    const list = page.getByRole('region', { name: 'Problems to fix' })
    await list.getByText('bad.yaml:1: corpora.main.train: train.txt: is relative to an unknown folder').waitFor()
    await list.getByText('bad.yaml:4: imp.epoch is not a setting; did you mean imp.epochs?').waitFor()
    await list.getByRole('button', { name: 'Remove', exact: true }).click()
    await list.getByText('1 problem to fix').waitFor()
    await page.getByRole('textbox', { name: 'Train' }).fill('/no/such/file')
    await page.getByRole('region', { name: 'Corpus main' }).getByText('/no/such/file: there is no such file').waitFor()
  })

  test('is measured and started on a corpus of the address, and can be repeated with the settings of a run', async () => {
    const studio = openStudio()
    const corpus = await imported(studio, 'Made')
    const page = await open(studio)
    await loadFile(page, 'tiny.yaml', TINY)
    await page.evaluate(`location.hash = '#/runs'`)
    await page.evaluate(`location.hash = '#/train?corpus=${corpus}'`)
    await page.getByRole('list', { name: 'Tasks of Made' }).waitFor()
    await page.getByText('2 tasks × 2 rounds + 1 joint').waitFor()
    await page.getByRole('button', { name: 'Measure how long it takes' }).click()
    await page.getByText('measured in').waitFor()
    await page.getByRole('button', { name: /^Start · (about|at most) / }).click()
    await page.waitForURL(/#\/runs\/.+/)
    const run = decodeURIComponent(page.url().split('/').at(-1)!)
    await studio.over(run)
    const { config, status } = studio.store.getRun(run)
    expect([status, config.model.hidden, Object.keys(config.tasks)]).toEqual(['finished', 8, ['pos', 'np']])

    await page.evaluate(`location.hash = '#/train?run=${run}'`)
    await page.getByText('Settings copied from “experiment”.').waitFor()
    expect((await saved(page)).config).toEqual(config)
  })

  test.each([
    ['light', false],
    ['dark', true],
  ])('fits the window at 200 % zoom with everything open, %s', async (_, dark) => {
    const studio = openStudio()
    const corpus = await imported(studio, 'Made')
    const page = await open(studio, { dark, width: 640, height: 400, address: `#/train?corpus=${corpus}` })
    await page.getByRole('list', { name: 'Tasks of Made' }).waitFor()
    await page.getByText('Advanced: methods and settings').click()
    await page.locator('summary', { hasText: 'All settings' }).click()
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
    expect(await accessibilityProblems(page)).toEqual([])
  })
})
