/** Deciding on suggestions in the window, in Chromium over a real run: by keys up to a run on the decisions; by mouse. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { beforeAll, expect, test } from 'vitest'
import type { Api } from '../../main/api/dispatch.ts'
import type { Requests, RequestName } from '../../shared/protocol/api.ts'
import { openTestApi } from '../support/api.ts'
import { uploaded } from '../support/upload.ts'
import { corpusFiles, tinyConfig } from '../support/corpus.ts'
import { finished, type Experiment } from '../support/experiments.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

const eventually = <T>(found: () => T | Promise<T>) => expect.poll(found)
const SENTENCES = ['dbm acn obm', 'ebm dcm acn', 'ogm', 'acn dcm ibn ebm', 'dbm']

describeWindow('suggestions in the window', (openWindow) => {
  let experiment: Experiment
  let corpus: string

  beforeAll(async () => {
    experiment = await finished(tinyConfig({ methods: ['hard'], joint: { epochs: 1 } }), {
      ...corpusFiles(),
      'raw.txt': SENTENCES.join('\n'),
    })
    const api = openTestApi(experiment.store)
    const hand = async (name: string) =>
      (await call(api, 'files.open', { path: join(experiment.folder, `${name}.txt`) })).file
    const tasks = [
      { name: 'pos', column: 1, kind: 'auto', scheme: 'auto' },
      { name: 'np', column: 2, kind: 'auto', scheme: 'auto' },
    ] as const
    corpus = (
      await call(api, 'datasets.import', {
        name: 'made',
        files: { train: await hand('train'), dev: await hand('dev'), test: await hand('test') },
        format: 'auto',
        words: 0,
        tasks: [...tasks],
        problems: 'refuse',
      })
    ).id
    await api.close()
  })

  async function call<K extends RequestName>(
    api: Api,
    name: K,
    args: Requests[K]['arguments'],
  ): Promise<Requests[K]['result']> {
    const reply = await api.call(name, args)
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
    return reply.value as Requests[K]['result']
  }

  async function open(options: WindowOptions = {}): Promise<{ page: Page; api: Api }> {
    const api = openTestApi(experiment.store)
    return { page: await openWindow(api, options, () => api.close()), api }
  }

  /** A correction of the five sentences, with suggestions. */
  async function corrected(api: Api, name: string): Promise<string> {
    const file = await uploaded({ ask: (name, args) => call(api, name, args), folder: experiment.folder }, 'raw.txt')
    const { project } = await call(api, 'annotate.create', {
      name,
      run: experiment.runId,
      sources: [{ kind: 'file', file, format: 'tokens' }],
    })
    await eventually(async () => (await call(api, 'annotate.get', { project })).suggesting).toBe(false)
    return project
  }

  const heading = (page: Page, text: string | RegExp) => page.getByRole('heading', { name: text }).first().waitFor()
  const word = (page: Page) => page.locator('.sentence button[aria-current=true] .word')
  const done = (page: Page) => page.locator('header .progress').innerText()
  /** The row of a task: its labels, or the types of spans and '─' where one goes on. */
  const row = (page: Page, task: number) =>
    page.evaluate<string[]>(`Array.from(document.querySelectorAll('.sentence li'), (item) => {
    const tag = item.querySelectorAll('.tag')[${task}]
    const own = [...tag.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim()).join('')
    return tag.matches('.span') && !tag.matches('.first') ? '─' : own
  })`)

  test('by keys alone: decides, undoes, leaves and returns, creates a version, trains on it, suggests again', async () => {
    const { page, api } = await open({ address: `#/runs/${experiment.runId}` })
    await page.getByRole('link', { name: 'Annotate', exact: true }).last().click()
    await heading(page, 'New annotation project')
    await page.getByLabel('Files of text').setInputFiles(join(experiment.folder, 'raw.txt'))
    await page.getByLabel('Read as').selectOption('tokens')
    await page.getByText(/^one sentence per line, words separated by spaces: 5 sentences/i).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Start labelling' }).click()
    await heading(page, 'raw')
    await page.getByLabel('Order').selectOption('file')
    await heading(page, 'Sentence 1')
    await eventually(() => page.locator('.sentence').count()).toBe(1)
    await eventually(() => page.getByRole('button', { name: 'Accept' }).isEnabled()).toBe(true)
    const project = decodeURIComponent(page.url().split('/').at(-1)!)
    const item = (position: number) => experiment.store.annotation.item(project, position)

    // As suggested.
    await page.locator('.sentence button[tabindex="0"]').focus()
    await page.keyboard.press('Enter')
    await heading(page, 'Sentence 2')
    expect(item(0).state).toBe('accepted')
    expect(item(0).answers![0].labels).toEqual(item(0).suggestion!.tags[0].tags)

    // Otherwise: a new label by its name, one by its key, spans made and moved.
    await page.keyboard.press('Home')
    await eventually(() => word(page).innerText()).toBe('ebm')
    for (
      let n = 0;
      (await page.getByRole('button', { name: 'pos', exact: true }).getAttribute('aria-pressed')) !== 'true' && n < 2;
      n++
    )
      await page.keyboard.press('ArrowUp')
    await page.keyboard.press('/')
    await page.getByLabel('Find a label').fill('SMILE')
    await page.keyboard.press('Enter')
    await eventually(async () => (await row(page, 0))[0]).toBe('SMILE')
    await page.keyboard.press('ArrowRight')
    await eventually(() => word(page).innerText()).toBe('dcm')
    await page.keyboard.press('1')
    await eventually(async () => (await row(page, 0)).slice(0, 2)).toEqual(['SMILE', 'ADJ'])
    await page.keyboard.press('ArrowDown')
    for (let t = 0; t < 3; t++)
      await page.keyboard.press(t === 0 ? 'Home' : 'ArrowRight').then(() => page.keyboard.press('Backspace'))
    await eventually(() => row(page, 1)).toEqual(['', '', ''])
    await page.keyboard.press('Home')
    await page.keyboard.press('1')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Control+Shift+ArrowRight')
    await eventually(() => row(page, 1)).toEqual(['', 'NP', '─'])
    await page.keyboard.press('u')
    await eventually(() => row(page, 1)).toEqual(['NP', '─', '─'])
    await page.keyboard.press('Control+Shift+ArrowRight')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Keep the fix' }).waitFor()
    await page.keyboard.press('Enter')
    await heading(page, 'Sentence 3')
    const fixed = item(1)
    expect(fixed).toMatchObject({
      state: 'fixed',
      answers: [{ labels: ['SMILE', 'ADJ', expect.anything()] }, { spans: [{ type: 'NP', from: 1, to: 3 }] }],
    })

    // Skipped, and taken back: it is there again, with what had been decided.
    await page.keyboard.press('s')
    await heading(page, 'Sentence 4')
    expect(item(2).state).toBe('skipped')
    await page.keyboard.press('Control+z')
    await heading(page, 'Sentence 3')
    expect(item(2).state).toBe('open')
    await page.keyboard.press('u')
    await heading(page, 'Sentence 2')
    await eventually(() => row(page, 1)).toEqual(['', 'NP', '─'])
    await page.keyboard.press('Enter')
    await heading(page, 'Sentence 3')
    expect(item(1).answers).toEqual(fixed.answers)
    await page.keyboard.press('s')
    await eventually(() => done(page)).toContain('3 of 5 done')

    // Changes to a sentence that is left without a decision are there when one comes back.
    await heading(page, 'Sentence 4')
    const label = async () =>
      (await row(page, 0))[
        await page.evaluate<number>(
          "[...document.querySelectorAll('.sentence button')].findIndex((one) => one.matches('[aria-current=true]'))",
        )
      ]
    for (
      let n = 0;
      (await page.getByRole('button', { name: 'pos', exact: true }).getAttribute('aria-pressed')) !== 'true' && n < 2;
      n++
    )
      await page.keyboard.press('ArrowUp')
    const suggested = await label()
    await page.keyboard.press(suggested === 'VERB' ? '5' : '4')
    await eventually(label).not.toBe(suggested)
    const changed = await row(page, 0)
    await page.keyboard.press('PageDown')
    await heading(page, 'Sentence 5')
    await page.keyboard.press('PageUp')
    await heading(page, 'Sentence 4')
    await eventually(() => row(page, 0)).toEqual(changed)
    await page.reload()
    await heading(page, 'Sentence 4')
    await eventually(() => row(page, 0)).toEqual(changed)
    await page.locator('.sentence button[tabindex="0"]').focus()
    await page.keyboard.press('u')
    await eventually(() => row(page, 0)).not.toEqual(changed)
    const before = await row(page, 0)
    expect(item(3).state).toBe('open')
    await page.reload()
    await heading(page, 'Sentence 4')
    await eventually(() => row(page, 0)).toEqual(before)
    await page.locator('.sentence button[tabindex="0"]').focus()

    // Whoever comes back is where one left.
    await page.keyboard.press('PageDown')
    await heading(page, 'Sentence 5')
    await page.reload()
    await heading(page, 'Sentence 5')
    await eventually(() => page.getByLabel('Order').inputValue()).toBe('file')
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('undo the last decision').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')

    // A dataset version, and a run trained on it with the settings of the one that suggested.
    await page.getByRole('button', { name: 'Create a dataset version' }).click()
    await page.getByText('Version 1: 2 sentences, 1 accepted and 1 fixed.').waitFor()
    await eventually(() => page.getByLabel('What to do with these sentences').inputValue()).toBe(corpus)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByText('raw v1 was created.').waitFor()
    const version = experiment.store.listCorpora()[0]
    expect(readFileSync(version.files[0].path, 'utf8')).toMatch(/ebm SMILE O\ndcm ADJ B-NP\nacn \w+ I-NP\n\n$/)
    await page.getByRole('link', { name: /^Train on it/ }).click()
    await heading(page, 'New run')
    await eventually(() => page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('tiny, raw v1')
    const start = page.getByRole('button', { name: 'Start', exact: true })
    await eventually(() => start.isEnabled()).toBe(true)
    await start.click()
    await heading(page, 'Results')
    const second = experiment.store.getRun('last')
    expect(second.datasets.find(({ split }) => split === 'train')).toMatchObject({
      hash: version.files[0].hash,
      sentences: version.files[0].sentences,
    })

    // The new run suggests for what is open, and for nothing else.
    await page.getByRole('link', { name: 'Annotate', exact: true }).first().click()
    await page.getByRole('link', { name: 'raw', exact: true }).click()
    await heading(page, 'Sentence 5')
    await page.getByLabel('Run for new suggestions').selectOption(second.id)
    await page.getByRole('button', { name: 'Update suggestions' }).click()
    await eventually(() => [3, 4].map((position) => item(position).suggestion!.run)).toEqual([second.id, second.id])
    expect(item(1).answers).toEqual(fixed.answers)
    expect([0, 1, 2].map((position) => item(position).suggestion!.run)).toEqual([
      experiment.runId,
      experiment.runId,
      experiment.runId,
    ])
    await page.getByRole('link', { name: 'raw v1', exact: true }).click()
    await page
      .getByText(/Version 1 of the project raw: 1 sentence accepted, 1 fixed, added to the training data of made/)
      .waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await call(api, 'annotate.delete', { project })
  })

  test('by mouse: selects tasks, words, labels and sentences; another window is kept up to date', async () => {
    const { page, api } = await open()
    const project = await corrected(api, 'mouse')
    await page.getByRole('link', { name: 'Annotate', exact: true }).first().click()
    await page
      .getByRole('row', { name: /mouse raw.txt pos, np tiny 0 of 5/ })
      .getByRole('link')
      .click()
    await page.getByLabel('Show').selectOption('all')
    await page
      .getByRole('region', { name: 'Queue' })
      .getByRole('button', { name: /acn dcm ibn ebm/ })
      .click()
    await heading(page, 'Sentence 4')
    const words = page.locator('.sentence li')
    await words.nth(1).locator('.tag').nth(1).click()
    await words.nth(1).locator('.word').hover()
    await page.mouse.down()
    await words.nth(3).locator('.word').hover()
    await page.mouse.up()
    await page.getByRole('list', { name: 'Labels of np' }).getByRole('button', { name: 'NP', exact: true }).click()
    await eventually(async () => (await row(page, 1)).slice(1)).toEqual(['NP', '─', '─'])
    await page.getByRole('button', { name: 'Keep the fix' }).click()
    await heading(page, /^Sentence \d$/)
    await eventually(() => experiment.store.annotation.item(project, 3).state).toBe('fixed')
    expect(experiment.store.annotation.item(project, 3).answers![1].spans!.at(-1)).toEqual({
      type: 'NP',
      from: 1,
      to: 4,
    })

    // What another window decides is not decided over.
    await page.getByRole('region', { name: 'Queue' }).getByRole('button', { name: /ogm/ }).click()
    await heading(page, 'Sentence 3')
    const at = { project, order: 'file', filter: 'all', position: 2, revision: null } as const
    await call(api, 'annotate.decide', { ...at, answers: null })
    await eventually(() => done(page)).toContain('1 skipped')
    await page.getByRole('button', { name: 'Accept' }).click()
    await page.getByText('This sentence was decided in another window meanwhile.').waitFor()
    expect(experiment.store.annotation.item(project, 2).state).toBe('skipped')
    await page.getByRole('button', { name: 'Accept' }).click()
    await eventually(() => experiment.store.annotation.item(project, 2).state).toBe('accepted')

    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await heading(page, 'Annotate')
    await eventually(() => page.getByRole('link', { name: 'mouse' }).count()).toBe(0)
  })

  test.each([false, true])(
    'fits a small window and is accessible (dark: %s)',
    async (dark) => {
      const { page, api } = await open({ dark, width: 640, height: 400 })
      const project = await corrected(api, `small ${dark}`)
      await page.evaluate(`location.hash = '#/corrections/${project}'`)
      await page.locator('.sentence').waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(640)
      await page.goto(page.url().replace(/#.*/, '#/annotate'))
      await heading(page, 'Annotate')
      expect(await accessibilityProblems(page)).toEqual([])
      await call(api, 'annotate.delete', { project })
    },
    60_000,
  )
})
