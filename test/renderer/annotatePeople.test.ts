/** Two people in one project: in Chromium over a real studio. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStudio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

const QUEUE = { order: 'file', filter: 'all' } as const

describeWindow('the people of a project', (openWindow) => {
  test.each([false, true])('agree on each task and label (dark: %s)', async (dark) => {
    const studio = openStudio()
    const { project } = await studio.ask('annotate.create', {
      name: 'shared',
      sources: [{ kind: 'text', name: 'letter', text: 'Anna lives in Lyon.\nIt rains.\n' }],
      tasks: [{ name: 'ner', kind: 'span', labels: ['PER', 'LOC'] }],
    })
    const person = { type: 'PER', from: 0, to: 1 }
    for (const [position, spans] of [[person], []].entries())
      await studio.ask('annotate.decide', {
        project,
        ...QUEUE,
        position,
        revision: null,
        answers: [{ task: 'ner', labels: null, spans }],
        annotator: 'Ada',
      })
    const theirs = join(studio.folder, 'ben.txt')
    writeFileSync(theirs, 'Anna B-PER\nlives O\nin O\nLyon B-LOC\n. O\n\nIt O\nrains O\n. O\n')

    const page = await openWindow(studio.api, { dark, width: 420, address: `#/annotate/${project}` })
    await page.getByRole('button', { name: 'People…' }).click()
    const dialog = page.getByRole('dialog', { name: 'People' })
    await dialog.getByText('No sentence was decided by two people yet.').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await dialog.getByLabel('Name', { exact: true }).fill('Ben')
    await dialog.getByLabel('File of another person').setInputFiles(theirs)
    await dialog.getByText('2 sentences decided by Ben were added.').waitFor()

    const row = dialog.getByRole('region', { name: 'Table: agreement', exact: true }).getByRole('row', { name: /^ner/ })
    // Two spans of Ben, one of Ada, one in common: F1 = 2 · 1 / 3.
    await expect.poll(() => row.innerText()).toMatch(/^ner\s+Ada, Ben\s+2\s+0\.\d+\s+66\.7 ?%\s+–\s+1$/)
    await dialog.getByText('By label', { exact: true }).click()
    const labels = dialog.getByRole('region', { name: 'Table: agreement by label' }).locator('tbody tr')
    expect((await labels.allInnerTexts()).map((text) => text.split(/\s+/).slice(0, 4))).toEqual([
      ['ner', 'LOC', '0', '1'],
      ['ner', 'PER', '1', '0'],
    ])
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(420)
    await dialog.getByRole('button', { name: 'Settle 1 difference' }).click()
    await page.getByRole('heading', { name: 'Other people' }).waitFor()
  })
})
