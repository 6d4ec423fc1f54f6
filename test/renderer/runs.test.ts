/** The table of runs, in Chromium, over a thousand runs in a real database. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { beforeAll, expect, test } from 'vitest'
import { openStore, type Store } from '../../main/store/index.ts'
import { score } from '../../shared/util/format.ts'
import { newRun } from '../store/records.ts'
import { openTestApi } from '../support/api.ts'
import { afterFile } from '../support/cleanup.ts'
import { folderOf } from '../support/corpus.ts'
import { addRuns } from '../support/manyRuns.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

describeWindow('the table of runs', (openWindow) => {
  let store: Store

  beforeAll(async () => {
    store = openStore(':memory:')
    afterFile(() => store.close())
    addRuns(store, 1000, { rounds: 1, impEpochs: 1, jointEpochs: 3 })
  })

  /** All runs in rows of their own: those of addRuns differ by seed alone. Grouping is tested in seedGroups.test.ts. */
  async function open(over: Store = store, options?: WindowOptions) {
    const api = openTestApi(over)
    const page = await openWindow(api, options, () => api.close())
    if (over.listSummaries({ limit: 1 }).length > 0) await page.getByRole('checkbox', { name: 'Group seeds' }).uncheck()
    return page
  }

  const grid = (page: Page) => page.getByRole('grid', { name: 'Runs' })
  const drawn = (page: Page) => grid(page).locator('tbody tr[data-run]')
  const names = (page: Page) => drawn(page).locator('th a').allInnerTexts()
  const row = (page: Page, name: string) => drawn(page).filter({ has: page.getByRole('link', { name, exact: true }) })
  const shows = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()

  test('draws the rows in view, and scrolls to the last', async () => {
    const page = await open()
    await row(page, 'run 999').waitFor()
    expect(await grid(page).getAttribute('aria-rowcount')).toBe('1001')
    expect(await drawn(page).count()).toBeLessThan(50)
    await row(page, 'run 999').focus()
    await page.keyboard.press('End')
    await row(page, 'run 0').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("aria-rowindex")')).toBe('1001')
    expect(await drawn(page).count()).toBeLessThan(50)
    expect(await row(page, 'run 999').count()).toBe(0)
    // Scrolling by the wheel does not lose the row that the keys are at.
    await grid(page).evaluate(
      (table) => ((table as unknown as { parentElement: { scrollTop: number } }).parentElement.scrollTop = 0),
    )
    await row(page, 'run 999').waitFor()
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("aria-rowindex")')).toBe('1000')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'run 1', exact: true }).waitFor()
  })

  test('finds by several words, tags and status, and remembers it', async () => {
    const page = await open()
    await page.getByRole('searchbox').fill('PAPER 90')
    // An id may have a 90 in it, too.
    const found = store
      .listSummaries()
      .filter(({ name, id, tags }) => tags.includes('paper') && (name === 'run 900' || id.includes('90')))
    await shows(page, `${found.length} of 1,000 runs`)
    expect(await names(page)).toEqual(found.map(({ name }) => name))
    await page.getByRole('searchbox').fill('')
    await page.getByRole('group', { name: 'Tags' }).getByRole('button', { name: /^odd/ }).click()
    await page
      .getByRole('group', { name: 'Status' })
      .getByRole('button', { name: /^stopped/ })
      .click()
    await shows(page, '100 of 1,000 runs')
    expect((await names(page)).slice(0, 2)).toEqual(['run 999', 'run 989'])
    await page.reload()
    await shows(page, '100 of 1,000 runs')
    await page.getByRole('searchbox').fill('nothing such')
    await page.getByRole('heading', { name: 'No run matches' }).waitFor()
    await page.getByRole('button', { name: 'Show all runs' }).click()
    await shows(page, '1,000 runs')
    expect(await page.getByRole('searchbox').inputValue()).toBe('')
  })

  test('sorts by every column, runs without a value last', async () => {
    const page = await open()
    const lines = store.listSummaries()
    const means = lines.map(({ scores }) => scores!.chosen.mean!)
    const heading = grid(page).getByRole('columnheader', { name: 'Chosen dev' })
    await heading.getByRole('button').click()
    expect(await heading.getAttribute('aria-sort')).toBe('descending')
    expect(await drawn(page).first().innerText()).toContain(score(Math.max(...means)))
    await heading.getByRole('button').click()
    expect(await heading.getAttribute('aria-sort')).toBe('ascending')
    expect(await drawn(page).first().innerText()).toContain(score(Math.min(...means)))
    await grid(page).getByRole('columnheader', { name: 'Run' }).getByRole('button').click()
    expect((await names(page)).slice(0, 3)).toEqual(['run 0', 'run 1', 'run 2'])

    await page.getByText('Columns', { exact: true }).click()
    await page.getByRole('checkbox', { name: 'ner best' }).check()
    await page.keyboard.press('Escape')
    const best = lines.at(-1)!.scores!.best.tasks.ner.value
    expect(await row(page, 'run 0').innerText()).toContain(score(best))
  })

  test('saves the whole table, not only what is drawn', async () => {
    const page = await open()
    await row(page, 'run 999').waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save table runs as CSV' }).click(),
    ])
    const rows = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(rows).toHaveLength(1001)
    expect(rows[0]).toBe(
      'id,name,status,tags,methods,tasks,mean dev chosen,mean dev best,mean dev last,created,training time',
    )
    const { id, scores } = store.listSummaries().at(-1)!
    expect(rows[1000]).toContain(
      `${id},run 0,finished,"even, paper","single, subnet, hard, sparse","ner, pos",${scores!.chosen.mean},${scores!.best.mean}`,
    )
  })

  test('selects by keys, mouse and range, and opens the comparison', async () => {
    const page = await open()
    await row(page, 'run 999').focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
    await shows(page, '1,000 runs, 2 selected')
    expect(await row(page, 'run 997').getAttribute('aria-selected')).toBe('true')
    await page.getByRole('checkbox', { name: 'Select run 994' }).click({ modifiers: ['Shift'] })
    await shows(page, '1,000 runs, 5 selected')
    await page.getByRole('checkbox', { name: 'Select all 1,000 runs shown' }).check()
    await shows(page, '1,000 runs, 1,000 selected')
    expect(await page.getByRole('button', { name: 'Compare', exact: true }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Clear selection' }).click()
    await page.getByRole('checkbox', { name: 'Select run 998' }).check()
    await page.getByRole('checkbox', { name: 'Select run 996' }).check()
    await page.getByRole('button', { name: 'Compare', exact: true }).click()
    const [a, b] = ['run 998', 'run 996'].map((name) => store.getRun(name).id)
    await expect.poll(() => page.url()).toContain(`#/compare/${a},${b}`)
  })

  test('tags a run in its row, and several at once', async () => {
    const page = await open()
    await row(page, 'run 999').getByRole('button', { name: 'Edit tags of run 999' }).click()
    await page.getByRole('combobox', { name: 'Add to: Tags of run 999' }).fill('careful')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove tag odd' }).click()
    await expect.poll(() => store.getRun('run 999').tags).toEqual(['careful'])
    await page.getByRole('combobox', { name: 'Add to: Tags of run 999' }).press('Escape')
    expect(await row(page, 'run 999').innerText()).toContain('careful')
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Edit tags of run 999')

    await page.getByRole('checkbox', { name: 'Select run 999' }).check()
    await page.getByRole('checkbox', { name: 'Select run 998' }).check()
    await page.getByRole('button', { name: 'Tag…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Tags of 2 runs' })
    expect(
      await dialog
        .locator('option')
        .evaluateAll((options) => options.map((option) => (option as unknown as { value: string }).value)),
    ).toContain('careful')
    await dialog.getByRole('combobox').fill('pair')
    await page.keyboard.press('Enter')
    await dialog.getByRole('button', { name: 'Remove tag pair' }).waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    expect([store.getRun('run 999').tags, store.getRun('run 998').tags]).toEqual([
      ['careful', 'pair'],
      ['even', 'pair'],
    ])
  })

  test('renames and deletes, and reports why it refuses', async () => {
    const few = openStore(':memory:')
    afterFile(() => few.close())
    addRuns(few, 3, { rounds: 1, impEpochs: 1, jointEpochs: 1 })
    few.claimRun(few.getRun('run 2').id)
    const page = await open(few)
    await page.getByRole('checkbox', { name: 'Select run 1' }).check()
    await page.getByRole('button', { name: 'Rename…' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('better name')
    await page.keyboard.press('Enter')
    await row(page, 'better name').waitFor()
    await page.getByRole('checkbox', { name: 'Select run 2' }).check()
    await page.getByRole('button', { name: 'Delete…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete 2 runs?' })
    expect(await dialog.innerText()).toContain('checkpoints and trained weights')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    expect(few.listRuns()).toHaveLength(3)
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Delete…')
    await page.getByRole('button', { name: 'Delete…' }).click()
    await page.getByRole('button', { name: 'Delete 2 runs' }).click()
    expect(await page.getByRole('alert').innerText()).toMatch(/^run 2: Run .* cannot be deleted/)
    expect(few.listRuns().map(({ name }) => name)).toEqual(['run 2', 'run 0'])
    await row(page, 'better name').waitFor({ state: 'detached' })
  })

  test('follows changes of another process without redrawing unchanged rows', async () => {
    const database = join(folderOf({}), 'runs.db')
    const here = openStore(database)
    const elsewhere = openStore(database)
    afterFile(() => [here, elsewhere].forEach((one) => one.close()))
    const { id } = here.createRun(newRun('mine'))
    const page = await open(here)
    await row(page, 'mine').evaluate((node) => Object.assign(node, { mark: 1 }))
    elsewhere.createRun(newRun('from elsewhere'))
    await row(page, 'from elsewhere').waitFor()
    expect(await row(page, 'mine').evaluate((node) => (node as unknown as { mark?: number }).mark)).toBe(1)
    elsewhere.claimRun(id)
    await row(page, 'mine').getByText('running').waitFor()
    expect(await row(page, 'mine').innerText()).toContain('0 of 43 trainings')
  })

  test('without runs shows what to do first', async () => {
    const empty = openStore(':memory:')
    afterFile(() => empty.close())
    const page = await open(empty)
    await page.getByRole('heading', { name: 'What would you like to do?' }).waitFor()
    const hrefOf = (name: string) => page.getByRole('link', { name, exact: true }).getAttribute('href')
    expect(await hrefOf('Label my own text')).toBe('#/annotate/new')
    expect(await hrefOf('Train on a tagged corpus')).toBe('#/datasets')
  })

  test.each([
    ['light', false],
    ['dark', true],
  ])('is accessible and fits at 200 percent zoom, %s', async (_, dark) => {
    const page = await open(store, { dark, width: 640, height: 400 })
    await page.getByRole('checkbox', { name: 'Select run 995' }).check()
    await page.getByRole('button', { name: 'Edit tags of run 997' }).click()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  })
})
