/** A run saved as a file in one studio and opened in another, in Chromium. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { newRun } from '../store/records.ts'
import { folderOf } from '../support/corpus.ts'
import { openStudio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

describeWindow('the archive of a run', (openWindow) => {
  const look = (studio: ReturnType<typeof openStudio>, address: string) => openWindow(studio.api, { address })

  async function saveArchive(page: Page): Promise<void> {
    await page.getByText('More', { exact: true }).click()
    await page.getByRole('button', { name: 'Save archive' }).click()
  }

  const pick = (page: Page, path: string) => page.getByLabel('Archive of a run').setInputFiles(path)

  test('is saved from its page and opened in another studio; again, it is known; changed, it is refused or a copy', async () => {
    const [here, there] = [openStudio(), openStudio()]
    const run = here.store.createRun(newRun('to go')).id
    here.store.claimRun(run)
    here.store.setStatus(run, 'stopped')
    const saving = await look(here, `#/runs/${run}`)
    const [file] = await Promise.all([saving.waitForEvent('download'), saveArchive(saving)])
    expect(file.suggestedFilename()).toBe(`to-go-${run}.sparserun`)
    const path = join(folderOf({}), 'saved.sparserun')
    await file.saveAs(path)

    const page = await look(there, '#/runs')
    await page.getByRole('button', { name: 'Open archive…' }).waitFor()
    await pick(page, path)
    await page.getByRole('heading', { name: 'to go' }).waitFor()
    expect(new URL(page.url()).hash).toBe(`#/runs/${run}`)

    await page.goto(page.url().replace(/#.*/, '#/runs'))
    await page.getByRole('button', { name: 'Open archive…' }).waitFor()
    await pick(page, path)
    await page.getByRole('dialog', { name: 'This run already exists' }).waitFor()
    await page.keyboard.press('Escape')

    there.store.claimRun(run)
    there.store.setStatus(run, 'failed', 'no luck')
    await pick(page, path)
    await page.getByRole('dialog', { name: 'Import as a copy?' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Import a copy' }).click()
    await page.getByRole('heading', { name: 'to go (copy)' }).waitFor()

    const bytes = readFileSync(path)
    bytes[bytes.length >> 1] ^= 1
    writeFileSync(path, bytes)
    await page.goto(page.url().replace(/#.*/, '#/runs'))
    await page.getByRole('button', { name: 'Open archive…' }).waitFor()
    await pick(page, path)
    await page
      .getByRole('alert')
      .filter({ hasText: 'saved.sparserun is damaged: its bytes are not the ones that were written' })
      .waitFor()
    expect(there.store.listRuns()).toHaveLength(2)
    expect(await accessibilityProblems(page)).toEqual([])
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'runs.png') })
    if (process.env.SHOTS) await saving.screenshot({ path: join(process.env.SHOTS, 'run.png') })
    await page.setViewportSize({ width: 640, height: 400 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(640)
  })
})
