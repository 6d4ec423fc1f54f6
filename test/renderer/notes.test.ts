/** Notes of a run, in two windows, and the pinned baseline. */
import { expect, test } from 'vitest'
import { openStore } from '../../main/store/index.ts'
import { openTestApi } from '../support/api.ts'
import { afterFile } from '../support/cleanup.ts'
import { addRuns } from '../support/manyRuns.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

describeWindow('notes and baseline', (openWindow) => {
  function three() {
    const store = openStore(':memory:')
    afterFile(() => store.close())
    return { store, ids: addRuns(store, 3, { rounds: 1, impEpochs: 1, jointEpochs: 2 }) }
  }

  test('notes are saved while typing; two windows never overwrite each other', async () => {
    const { store, ids } = three()
    const api = openTestApi(store)
    const [one, two] = [
      await openWindow(api, { address: `#/runs/${ids[0]}` }),
      await openWindow(api, { address: `#/runs/${ids[0]}` }, () => api.close()),
    ]
    const [first, second] = [one, two].map((page) => page.getByRole('textbox', { name: 'Notes' }))
    await first.fill('from the first')
    await expect.poll(() => store.getRun(ids[0]).notes).toBe('from the first')
    // The other window follows as long as it has no changes of its own.
    await expect.poll(() => second.inputValue()).toBe('from the first')

    // The request of the second arrives after the first has saved another text.
    store.saveNotes(ids[0], 'from the command line', 1)
    await second.fill('from the second')
    await two.getByText('These notes were changed in another window').waitFor()
    expect(store.getRun(ids[0]).notes).toBe('from the command line')
    expect(await second.inputValue()).toBe('from the second')
    expect(await accessibilityProblems(two)).toEqual([])
    await two.getByRole('button', { name: 'Keep my text' }).click()
    await expect.poll(() => store.getRun(ids[0]).notes).toBe('from the second')
    await expect.poll(() => first.inputValue()).toBe('from the second')

    store.saveNotes(ids[0], 'again', store.loadNotes(ids[0]).version)
    await first.fill('never saved')
    await one.getByRole('button', { name: 'Use the other text' }).click()
    expect(await first.inputValue()).toBe('again')
    expect(store.getRun(ids[0]).notes).toBe('again')
  })

  test('notes that were just typed are saved when the page is left', async () => {
    const { store, ids } = three()
    const api = openTestApi(store)
    const page = await openWindow(api, { address: `#/runs/${ids[0]}` }, () => api.close())
    await page.getByRole('textbox', { name: 'Notes' }).fill('in a hurry')
    await page.getByRole('link', { name: '← Runs' }).click()
    await expect.poll(() => store.getRun(ids[0]).notes).toBe('in a hurry')
  })

  test('the pinned run is the reference of comparisons', async () => {
    const { store, ids } = three()
    const api = openTestApi(store)
    const page = await openWindow(api, { address: `#/runs/${ids[2]}` }, () => api.close())
    await page.locator('summary', { hasText: 'More' }).click()
    await page.getByRole('button', { name: 'Pin as baseline' }).click()
    await page.getByRole('button', { name: 'Unpin baseline' }).waitFor()
    expect(store.pinnedBaseline()?.id).toBe(ids[2])
    await page.evaluate(`location.hash = '#/compare/${ids[0]},${ids[1]}'`)
    await page.getByRole('button', { name: 'Add the baseline' }).click()
    await expect.poll(() => page.getByRole('radio', { name: 'Use run 2 as the baseline' }).isChecked()).toBe(true)
    await page.getByText(/difference in points to the same method of the baseline,\s+run 2/).waitFor()
    await page.getByRole('link', { name: '← Runs' }).click()
    await page.getByRole('checkbox', { name: 'Group seeds' }).uncheck()
    await page.getByRole('row', { name: /run 2.*Baseline/ }).waitFor()
  })
})
