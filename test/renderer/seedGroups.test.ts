/** Runs that differ by seed alone: one row of the table, and groups side by side. */
import { describe, expect, test } from 'vitest'
import type { Page } from 'playwright'
import { openStore, type Store } from '../../main/store/index.ts'
import { entriesOf, spreadOf } from '../../renderer/features/runs/groups.ts'
import { pairedBootstrap } from '../../shared/runs/bootstrap.ts'
import { RUN_ARTIFACTS } from '../../main/store/artifacts.ts'
import { score } from '../../shared/util/format.ts'
import { spread } from '../../shared/util/spread.ts'
import { openTestApi } from '../support/api.ts'
import { afterFile } from '../support/cleanup.ts'
import { addSeeds } from '../support/seedRuns.ts'
import { newRun } from '../store/records.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

function groups(): { store: Store; good: string[]; poor: string[] } {
  const store = openStore(':memory:')
  afterFile(() => store.close())
  const good = addSeeds(store, { name: 'good', seeds: [1, 2, 3], quality: 0.9, epochs: 10 })
  const poor = addSeeds(store, { name: 'poor', seeds: [1, 2, 3, 4], quality: 0.6, epochs: 20 })
  store.createRun(newRun('alone'))
  return { store, good, poor }
}

const testOf = (store: Store, id: string, task = 'ner') =>
  store.getRun(id).report!.methods.find(({ method }) => method === 'sparse')!.scores[task].test!.value

describe('rows', () => {
  const chosen = {
    value: (run: { scores: { chosen: { mean: number | null } } | null }) => run.scores?.chosen.mean ?? null,
  }

  test('groups lie where their mean lies, and open to their runs', () => {
    const { store, good, poor } = groups()
    const runs = store.listSummaries()
    const column = { ...chosen, number: true as const }
    const entries = entriesOf(runs, column, true, new Set())
    expect(entries.map(({ kind }) => kind)).toEqual(['group', 'group', 'run'])
    expect(entries.map((one) => (one.kind === 'group' ? one.runs.length : 1))).toEqual([3, 4, 1])
    const open = entriesOf(runs, column, false, new Set([entries[1].id]))
    expect(open.map(({ kind }) => kind)).toEqual(['group', 'run', 'run', 'run', 'run', 'group', 'run'])
    expect(open.slice(1, 5).map(({ id }) => id)).toEqual(poor.toReversed())
    expect(good).toHaveLength(3)
  })

  test('a seed that was trained twice counts once, with its newest run; one seed is no group', () => {
    const { store } = groups()
    const again = addSeeds(store, { name: 'good again', seeds: [3], quality: 0.2, epochs: 10 })[0]
    const runs = store.listSummaries().filter(({ name }) => name.startsWith('good'))
    expect(new Set(runs.map(({ group }) => group)).size).toBe(1)
    const counted = spreadOf(runs, chosen)!
    expect(counted.values).toHaveLength(3)
    expect(counted.values).toContain(runs.find(({ id }) => id === again)!.scores!.chosen.mean)
    const twice = runs.filter(({ seed }) => seed === 3)
    expect(twice).toHaveLength(2)
    expect(entriesOf(twice, chosen, true, new Set()).map(({ kind }) => kind)).toEqual(['run', 'run'])
  })
})

describeWindow('seeds', (openWindow) => {
  const entry = (page: Page, name: string) =>
    page.getByRole('grid', { name: 'Runs' }).locator('tbody tr').filter({ hasText: name }).first()

  test('are one row with mean and deviation, which opens, is selected as a whole, and is compared', async () => {
    const { store, good, poor } = groups()
    const api = openTestApi(store)
    const page = await openWindow(api, {}, () => api.close())
    await entry(page, 'good').waitFor()
    const means = store
      .listSummaries()
      .filter(({ id }) => good.includes(id))
      .map(({ scores }) => scores!.chosen.mean!)
    const { mean, deviation } = spread(means)!
    const text = (await entry(page, 'good').innerText()).replace(/\s+/g, ' ')
    expect(text).toContain('3 runs')
    expect(text).toContain('3 finished')
    expect(text.replaceAll(' ', '')).toContain(`${score(mean)}±${score(deviation)}`)
    expect(await entry(page, 'good').locator('td[title^="n = 3 finished seeds"]').count()).toBe(3)
    expect(await page.getByRole('grid', { name: 'Runs' }).getAttribute('aria-rowcount')).toBe('4')

    await entry(page, 'good').getByRole('button').click()
    await page.getByRole('link', { name: 'good, seed 2' }).waitFor()
    expect(await page.getByRole('grid', { name: 'Runs' }).getAttribute('aria-rowcount')).toBe('7')
    await entry(page, 'good').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'good, seed 2' }).waitFor({ state: 'detached' })
    expect(await accessibilityProblems(page)).toEqual([])

    await page.getByRole('checkbox', { name: 'Select the 3 runs of good' }).check()
    await page.getByRole('checkbox', { name: 'Select the 4 runs of poor' }).check()
    await page.getByRole('status').filter({ hasText: '8 runs, 7 selected' }).waitFor()
    await page.getByRole('button', { name: 'Compare as groups' }).click()
    await page.getByRole('heading', { name: '2 groups side by side' }).waitFor()

    const results = page.locator('section', { has: page.getByRole('heading', { name: 'Results' }) })
    const row = (name: string) =>
      results.getByRole('row').filter({ hasText: 'sparse sharing' }).filter({ hasText: name })
    await row('good').waitFor()
    const over = (ids: readonly string[]) => spread(ids.map((id) => testOf(store, id)))!
    const baseline = page.getByRole('radio', { name: 'Use poor as the baseline' })
    await baseline.check()
    const counts = (ids: readonly string[]) =>
      ids.map((id) => store.loadArtifact(id, null, RUN_ARTIFACTS.testCounts)!['sparse/ner'].data as Int32Array)
    const { points, p } = pairedBootstrap(counts(good), counts(poor))
    const shown = async () => (await row('good').innerText()).replace(/\s+/g, '')
    await expect.poll(shown).toContain(`+${points.toFixed(2)}*p<0.001`)
    expect(p).toBeLessThan(0.001)
    const found = over(good)
    expect(await shown()).toContain(`3${score(found.mean)}±${score(found.deviation)}`)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('link', { name: 'Compare the runs one by one' }).click()
    await page.getByRole('heading', { name: '7 runs side by side' }).waitFor()
  })

  test('chosen by hand compare as groups; runs with other tasks are refused by name', async () => {
    const store = openStore(':memory:')
    afterFile(() => store.close())
    const ids = (name: string, seeds: number[], quality: number, epochs: number) =>
      addSeeds(store, { name, seeds, quality, epochs })
    // Each pair has different settings, so that no group of seeds has these runs.
    const best = [...ids('long', [1], 0.9, 30), ...ids('short', [1], 0.85, 10)]
    const rest = [...ids('brief', [2], 0.5, 5), ...ids('briefer', [2], 0.55, 4)]
    const [other] = ids('other', [3], 0.5, 3)
    const report = structuredClone(store.getRun(other).report!)
    report.tasks[0].name = 'chunk'
    for (const { scores } of report.methods) scores.chunk = scores.ner
    store.saveReport(other, report)
    const api = openTestApi(store)
    const page = await openWindow(api, {}, () => api.close())
    const group = async (name: string, runs: readonly string[]) => {
      for (const run of runs) await page.getByRole('checkbox', { name: `Select ${run}` }).check()
      await page.getByRole('button', { name: 'Group…' }).click()
      await page.getByLabel('Name of the group').fill(name)
      await page.getByRole('button', { name: 'Add the group' }).click()
    }
    await group('best, of all', ['long, seed 1', 'short, seed 1'])
    await page.getByText('Select the runs of another group.').waitFor()
    await group('rest', ['brief, seed 2', 'briefer, seed 2'])
    await page.getByRole('link', { name: 'Compare the groups' }).click()
    await page.getByRole('heading', { name: '2 groups side by side' }).waitFor()
    await page.getByRole('radio', { name: 'Use rest as the baseline' }).check()
    const counts = (runs: readonly string[]) =>
      runs.map((id) => store.loadArtifact(id, null, RUN_ARTIFACTS.testCounts)!['sparse/ner'].data as Int32Array)
    const { points } = pairedBootstrap(counts(best), counts(rest))
    const { mean, deviation } = spread(best.map((id) => testOf(store, id)))!
    const row = page
      .locator('section', { has: page.getByRole('heading', { name: 'Results' }) })
      .getByRole('row')
      .filter({ hasText: 'sparse sharing' })
      .filter({ hasText: 'best of all' })
    const shown = async () => (await row.innerText()).replace(/\s+/g, '')
    await expect.poll(shown).toContain(`2${score(mean)}±${score(deviation)}`)
    await expect.poll(shown).toContain(`+${points.toFixed(2)}*p<0.001`)

    await page.getByRole('link', { name: '← Runs' }).click()
    await group('odd', ['other, seed 3'])
    await page.getByRole('link', { name: 'Compare the groups' }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: /cannot be compared: “other, seed 3” has the tasks chunk .*, “(long|short), seed 1” has ner/ })
      .waitFor()
  })

  test('are shown one by one where grouping is off, which the page remembers', async () => {
    const { store } = groups()
    const api = openTestApi(store)
    const page = await openWindow(api, {}, () => api.close())
    await page.getByRole('checkbox', { name: 'Group seeds' }).uncheck()
    await page.getByRole('link', { name: 'good, seed 1' }).waitFor()
    await page.reload()
    await page.getByRole('link', { name: 'good, seed 1' }).waitFor()
    expect(await page.getByRole('grid', { name: 'Runs' }).getAttribute('aria-rowcount')).toBe('9')
  })
})
