/** Word vectors in the studio: a file becomes a set, a new run uses it by name, the set is removed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { installedSets } from '../../main/vectorLibrary/index.ts'
import { openStudio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'
import { PATIENCE_MS } from '../support/patience.ts'

const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
beforeAll(() => void vi.stubEnv('SPARSE_SHARING_VECTORS', join(folder, 'sets')))
afterAll(() => rmSync(folder, { recursive: true }))

describeWindow('word vectors', (open) => {
  it('are added from a file, offered to new runs, and removed', async () => {
    const { api } = openStudio()
    const page = await open(api, { address: '#/datasets' })
    const card = page.getByRole('region', { name: 'Word vectors' })
    await card.getByText('GloVe 6B, 100 dimensions').waitFor()
    const bad = join(folder, 'bad.txt')
    writeFileSync(bad, 'the 1 2\nof 1\n')
    await card.getByLabel('Add a file…').setInputFiles(bad)
    await page.getByRole('dialog').getByRole('button', { name: 'Add' }).click()
    await card.getByRole('alert').filter({ hasText: 'bad.txt:2' }).waitFor()
    const good = join(folder, 'My words.txt')
    writeFileSync(good, 'the 1 2\nof 3 4\n')
    await card.getByLabel('Add a file…').setInputFiles(good)
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByLabel('Name').inputValue()).toBe('My-words')
    await dialog.getByLabel('Name').fill('mine')
    await dialog.getByRole('button', { name: 'Add' }).click()
    const row = card.getByRole('row', { name: /^mine/ })
    await row.waitFor()
    expect(await row.textContent()).toMatch(/2.*My words\.txt/)
    expect(installedSets(join(folder, 'sets')).map(({ name, words, dim }) => [name, words, dim])).toEqual([
      ['mine', 2, 2],
    ])
    expect(await accessibilityProblems(page)).toEqual([])

    // The only set: the first draft starts with it, and so does every preset that finds none chosen.
    await page.goto(page.url().replace(/#.*/, '#/train'))
    await page.getByText('Starts from the word vectors mine').waitFor()
    await page.getByText('Advanced: methods and settings').click()
    const field = page.getByLabel('Word vectors', { exact: true })
    await field.waitFor()
    await vi.waitFor(async () => expect(await field.inputValue()).toBe('mine'), PATIENCE_MS)
    expect(await page.locator('datalist option').allTextContents()).toEqual([expect.stringContaining('2 words')])

    await page.goto(page.url().replace(/#.*/, '#/datasets'))
    await card.getByRole('button', { name: 'Remove mine' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await row.waitFor({ state: 'detached' })
    expect(installedSets(join(folder, 'sets'))).toEqual([])
  })
})
