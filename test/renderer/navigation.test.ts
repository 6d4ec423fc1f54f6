/** Navigation in the window, in Chromium: titles, focus, old addresses, and work that finishes while another page is open. */
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { corpusText, folderOf } from '../support/corpus.ts'
import { openStudio } from '../support/studio.ts'
import { describeWindow } from './describeWindow.ts'

describeWindow('navigation', (openWindow) => {
  const focused = (page: Page) => page.evaluate('document.activeElement.tagName')

  test('title and focus follow; addresses of earlier versions still work', async () => {
    const studio = openStudio()
    const page = await openWindow(studio.api, { address: '#/' }, () => studio.close())
    await page.getByRole('heading', { name: 'What would you like to do?' }).waitFor()
    await expect.poll(() => page.title()).toBe('Runs – Sparse Sharing Studio')
    await page.getByRole('link', { name: 'Datasets', exact: true }).click()
    await page.getByRole('heading', { name: 'No corpora yet' }).waitFor()
    await expect.poll(() => page.title()).toBe('Datasets – Sparse Sharing Studio')
    await expect.poll(() => focused(page)).toBe('MAIN')
    await page.goBack()
    await page.getByRole('heading', { name: 'What would you like to do?' }).waitFor()
    for (const [address, heading] of [
      ['#/train', 'New run'],
      ['#/annotate/new', 'New annotation project'],
      ['#/devices', 'Devices'],
      ['#/nowhere/at/all', 'Runs'],
    ]) {
      await page.evaluate(`location.hash = '${address}'`)
      await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor()
    }
  })

  test('an import that finishes while another page is open leaves that page open and links to the corpus', async () => {
    const studio = openStudio()
    const folder = folderOf({ 'made-train.txt': corpusText('made', 12) })
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const api = {
      ...studio.api,
      call: async (name: string, args: unknown) => {
        if (name === 'datasets.import') await held
        return studio.api.call(name, args)
      },
    }
    const page = await openWindow(api, { address: '#/datasets/import' }, () => studio.close())
    await page.getByLabel('Files of all splits').setInputFiles(join(folder, 'made-train.txt'))
    await page.getByRole('button', { name: 'Import 12 sentences' }).click()
    await page.getByRole('link', { name: 'Devices', exact: true }).click()
    await page.getByRole('heading', { name: 'Devices', exact: true }).waitFor()
    release()
    await page.getByText('“made” was imported.').waitFor()
    expect(new URL(page.url()).hash).toBe('#/devices')
    await page.getByRole('link', { name: 'Open the corpus' }).click()
    await page.getByRole('heading', { name: 'made', exact: true }).waitFor()
    expect(await page.getByText('“made” was imported.').count()).toBe(0)
  })
})
