/** A task added to a finished run, from its page to the page of the new run, in Chromium over the real program. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { corpusFiles, corpusText, tinyConfig } from '../support/corpus.ts'
import { openStudio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

describeWindow('adding a task', (openWindow) => {
  test('starts at a finished run, trains the new task, and shows what was added', async () => {
    const studio = openStudio({ ...corpusFiles(), 'more.txt': corpusText('more', 20) })
    const tasks = [{ name: 'words', column: 1, kind: 'auto', scheme: 'auto' }] as const
    const { file: train } = await studio.ask('files.open', { path: join(studio.folder, 'more.txt') })
    await studio.ask('datasets.import', {
      name: 'more',
      files: { train, dev: null, test: null },
      format: 'auto',
      words: 0,
      tasks: [...tasks],
      problems: 'refuse',
    })
    const { run } = await studio.start(
      tinyConfig({ name: 'first', imp: { epochs: 1, maxRounds: 1 }, joint: { epochs: 1 } }),
    )
    await studio.over(run)

    const page = await openWindow(studio.api, { address: `#/runs/${run}` })
    await page.getByRole('link', { name: 'Add a task' }).click()
    await page.getByRole('heading', { name: 'Tasks added to an earlier run' }).waitFor()
    expect(await page.getByRole('radio', { name: /Leave the earlier tasks unchanged/ }).isChecked()).toBe(true)
    expect(await page.getByText('pos, np come from').textContent()).toContain(`run ${run}`)
    const start = page.getByRole('button', { name: 'Start', exact: true })
    await page.getByText('Choose the corpus and the tasks to add.').first().waitFor()
    // What is still to be chosen is not an error.
    expect(await page.getByRole('region', { name: 'Problems to fix' }).count()).toBe(0)
    expect(await start.isDisabled()).toBe(true)

    await page.getByRole('checkbox', { name: /^more/ }).check()
    await page.getByText('1 task × 2 rounds + 1 joint').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await start.click()

    await page.getByRole('heading', { name: 'Added tasks' }).waitFor()
    await expect.poll(() => studio.store.getRun('last').report).not.toBeNull()
    const { config, report } = studio.store.getRun('last')
    expect(config.extend).toMatchObject({ run, how: 'private' })
    expect(Object.keys(config.tasks)).toEqual(['pos', 'np', 'words'])
    const table = page.locator('section', { has: page.getByRole('heading', { name: 'Added tasks' }) })
    expect(await table.getByRole('row', { name: /^words/ }).textContent()).toContain(
      String(report!.extension!.added[0].kept),
    )
    await table.getByText('bit for bit').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
  })
})
