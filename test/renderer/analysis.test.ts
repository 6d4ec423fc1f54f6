/** The view of what a run gets wrong, over a real run and its files. */
import { beforeAll, expect, test } from 'vitest'
import { score } from '../../shared/util/format.ts'
import { openTestApi } from '../support/api.ts'
import { tinyConfig } from '../support/corpus.ts'
import { created, finished, type Experiment } from '../support/experiments.ts'
import { accessibilityProblems } from './axe.ts'
import { savedRows, savedText } from './saving.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

describeWindow('the view of errors', (openWindow) => {
  let experiment: Experiment

  beforeAll(async () => {
    experiment = await finished(tinyConfig({ methods: ['single', 'subnet', 'hard', 'sparse'] }))
  })

  function open(options?: WindowOptions, of = experiment) {
    const api = openTestApi(of.store)
    return openWindow(api, options, () => api.close())
  }
  const address = (query = '') => `#/runs/${experiment.runId}/errors${query}`

  test('is one step from the run, and has the scores of its report', async () => {
    const report = experiment.store.getRun(experiment.runId).report!
    const page = await open({ address: `#/runs/${experiment.runId}` })
    await page.getByRole('link', { name: 'Errors' }).click()
    await page.getByRole('combobox', { name: 'Task' }).selectOption('np')
    await page.getByRole('combobox', { name: 'Split' }).selectOption('test')
    const labels = page.getByRole('region', { name: 'Scores of each label' })
    const micro = labels.getByRole('row').filter({ hasText: 'micro mean' })
    await expect
      .poll(async () => (await micro.getByRole('cell').allInnerTexts()).slice(1))
      .toEqual(report.methods.map(({ scores }) => score(scores.np.test!.value)))
    const rows = await savedRows(page, 'Save table tiny np labels test as CSV')
    expect(rows.map(([label]) => label)).toContain('NP')
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test('sorts labels by a click on a heading', async () => {
    const page = await open({ address: address('?task=pos&split=dev') })
    const labels = page.getByRole('region', { name: 'Scores of each label' })
    await labels.getByRole('button', { name: 'Tag' }).click()
    const names = await labels.locator('tbody').first().getByRole('rowheader').allInnerTexts()
    expect(names).toEqual(names.toSorted())
    await labels.getByRole('button', { name: 'Tag' }).click()
    expect(await labels.locator('tbody').first().getByRole('rowheader').allInnerTexts()).toEqual(names.toReversed())
  })

  test('the confusion matrix is drawn, zooms, and is saved as it is shown', async () => {
    const page = await open({ address: address('?task=pos&split=test&method=sparse') })
    const card = page.getByRole('region', { name: 'Confusion of tags' })
    const picture = card.getByRole('img', { name: 'Tokens by gold and predicted tag' })
    await picture.waitFor()
    const width = async () => Number(await picture.getAttribute('width'))
    const before = await width()
    await card.getByRole('button', { name: 'Smaller cells' }).click()
    await expect.poll(width).toBeLessThan(before)
    const svg = await savedText(page, 'Save tiny pos sparse confusion as SVG')
    expect(svg).toMatch(/gold NOUN, predicted NOUN: \d+ tokens/)
    const rows = await savedRows(page, 'Save tiny pos sparse confusion as CSV')
    const tokens = rows.flatMap((row) => row.slice(1).map(Number))
    const { gold } = experiment.store.loadEvaluation(experiment.runId, 'test', 'pos')!
    expect(tokens.reduce((a, b) => a + b, 0)).toBe(gold.length)
  })

  test('sentences are found by error, word and length; two methods are compared', async () => {
    const page = await open({ address: address('?task=pos&split=test&method=sparse') })
    const card = page.getByRole('region', { name: 'Sentences', exact: true })
    const count = card.getByRole('status').last()
    await card.getByRole('combobox', { name: 'Sentences' }).selectOption('any')
    await expect.poll(() => count.innerText()).toBe('15 of 15 sentences with sparse sharing')
    const word = (await card.locator('.word').first().innerText()).trim()
    await card.getByRole('searchbox', { name: 'Word' }).fill(word)
    await expect.poll(() => count.innerText()).not.toMatch(/^15 of/)
    for (const sentence of await card.getByRole('listitem').all())
      expect((await sentence.innerText()).toLowerCase()).toContain(word.toLowerCase())
    await card.getByRole('button', { name: 'Reset filter' }).click()
    await card.getByRole('combobox', { name: 'Right with' }).selectOption('hard')
    await card.getByText(/only with sparse sharing: .*McNemar's exact test, p/).waitFor()
  })

  test('chosen sentences go to Annotate with their gold labels, to a new project or to one that exists', async () => {
    const page = await open({ address: address('?task=np&split=test&method=sparse') })
    const card = page.getByRole('region', { name: 'Sentences', exact: true })
    await card
      .getByRole('checkbox', { name: /^Select sentence/ })
      .first()
      .check()
    await card.getByRole('button', { name: 'Correct 1 sentence in Annotate…' }).click()
    const dialog = page.getByRole('dialog')
    expect(await accessibilityProblems(page)).toEqual([])
    await dialog.getByLabel('Name').fill('from errors')
    await dialog.getByRole('button', { name: 'Create project' }).click()
    await page.getByRole('heading', { name: 'from errors' }).waitFor()
    const [project] = experiment.store.annotation.list()
    expect(project.name).toBe('from errors')

    await page.goBack()
    await card.getByRole('button', { name: /^Select all/ }).click()
    await card.getByRole('button', { name: /^Correct \d+ sentences in Annotate…/ }).click()
    await dialog.getByLabel('Project').selectOption('from errors')
    await dialog.getByRole('button', { name: 'Add sentences' }).click()
    await card.getByText(/sentences? added, 1 were there already/).waitFor()
    expect(experiment.store.annotation.sentences(project.id).length).toBeGreaterThan(1)
    experiment.store.annotation.remove(project.id)
  })

  test.each([1024, 1400])('does not scroll sideways at %i pixels', async (width) => {
    const page = await open({ address: address('?task=np&split=test'), width, height: 700 })
    await page.getByRole('region', { name: 'Kinds of errors' }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  })

  test('slices and confidence follow; the temperature can be used', async () => {
    const page = await open({ address: address('?task=np&split=test&method=sparse') })
    const slices = page.getByRole('region', { name: 'Scores by slice' })
    await slices.getByRole('combobox', { name: 'By' }).selectOption('Capitalisation')
    await slices.getByRole('rowheader', { name: 'lower case' }).waitFor()
    const confidence = page.getByRole('region', { name: 'Confidence' })
    await confidence.getByText(/Expected calibration error/).waitFor()
    const use = confidence.getByRole('checkbox')
    await use.check()
    await expect.poll(() => experiment.store.loadDocument(experiment.runId, 'calibration')).toEqual({ use: true })
    await use.uncheck()
    await expect.poll(() => experiment.store.loadDocument(experiment.runId, 'calibration')).toEqual({ use: false })
  })

  test('the subnet explorer scores tasks under other subnets', async () => {
    const page = await open({ address: `#/runs/${experiment.runId}/subnets` })
    const card = page.getByRole('region', { name: 'Scores under other subnets' })
    await card.getByRole('button', { name: 'Evaluate on dev' }).click()
    const report = experiment.store.getRun(experiment.runId).report!
    const { scores } = report.methods.find(({ method }) => method === 'sparse')!
    const row = card.getByRole('row').filter({ hasText: 'its own subnet' })
    await row.waitFor()
    const texts = await row.getByRole('cell').allInnerTexts()
    expect(texts.map((text) => text.trim())).toEqual(report.tasks.map(({ name }) => score(scores[name].dev.value)))
    await card.getByRole('button', { name: /labels of np under the subnet of pos/ }).click()
    const labels = card.getByRole('region', { name: 'Labels of np' })
    expect(await labels.getByRole('rowheader').allInnerTexts()).toContain('NP')
    const svg = await savedText(page, 'Save tiny scores under other subnets, picture as SVG')
    expect(svg).toMatch(/np under the subnet of pos: [\d.]+, [\d,]+ weights kept/)
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test('says that a run is not evaluated yet', async () => {
    const fresh = await created(tinyConfig({ methods: ['hard'] }))
    const page = await open({ address: `#/runs/${fresh.runId}/errors` }, fresh)
    await page.getByText('The run is not evaluated yet: this happens at its end.').waitFor()
  })
})
