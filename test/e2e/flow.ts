/**
 * What a person does who has never read the paper: imports a corpus, configures a run, watches it train, resumes it after
 * its training process was killed, looks at the overlap of the subnets, and saves results. The same in every shell.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import type { Page } from 'playwright'
import { expect } from 'vitest'
import { accessibilityProblems } from '../renderer/axe.ts'
import { saved, savedText } from '../renderer/saving.ts'

const SAMPLE = ['train', 'dev', 'test'].map((split) =>
  fileURLToPath(new URL(`../../resources/sample/ewt-${split}.conllu`, import.meta.url)),
)
/** For a busy machine. */
const PATIENCE = { timeout: 200_000 }
const eventually = <T>(found: () => T | Promise<T>) => expect.poll(found, PATIENCE)

/** `database`: the file of the studio, to find the training process. */
export async function wholeFlow(page: Page, database: string): Promise<void> {
  page.setDefaultTimeout(PATIENCE.timeout)
  await importSample(page)
  const run = await configure(page)
  await watchCurves(page)
  await killAndResume(page, database, run)
  await readResults(page)
  await exploreMasks(page, run)
  await findAgain(page, run)
}

async function importSample(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'What would you like to do?' }).waitFor()
  await page.getByRole('link', { name: 'Datasets', exact: true }).click()
  await page.getByRole('heading', { name: 'No corpora yet' }).waitFor()
  await page.getByRole('link', { name: 'Import a corpus' }).click()
  await page.getByLabel('Files of all splits').setInputFiles(SAMPLE)
  await page.getByLabel('Name of the task in UPOS').waitFor()
  for (const [column, reading] of [
    ['UPOS', 'token'],
    ['XPOS', 'token'],
    ['MISC:NP', 'IOB2'],
  ]) {
    expect(await page.getByLabel(`Role of ${column}`, { exact: true }).inputValue()).toBe('task')
    expect(await page.getByLabel(`Tags of ${column}`, { exact: true }).inputValue()).toBe(reading)
  }
  await page.getByRole('heading', { name: 'Statistics' }).waitFor()
  await accessible(page)
  await page.getByLabel('Name', { exact: true }).fill('web English')
  await page.getByRole('button', { name: /^Import [\d,]+ sentences$/ }).click()
  await page.getByRole('heading', { name: 'web English' }).waitFor()
  await accessible(page)
}

/** Few epochs of a small network; everything else as in the quick look. Returns the run's id. */
async function configure(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Train on this corpus' }).click()
  await page.getByRole('list', { name: 'Tasks of web English' }).waitFor()
  expect(await page.getByRole('radio', { name: 'Quick look' }).isChecked()).toBe(true)
  await page.getByText('Advanced: methods and settings').click()
  await page.getByRole('checkbox', { name: /^hard sharing/i }).check()
  await page.locator('summary', { hasText: 'All settings' }).click()
  const settings = { 'Epochs per round': 1, 'Maximum rounds': 1, 'Joint epochs': 6, Hidden: 40 }
  for (const [name, value] of Object.entries(settings))
    await page.getByRole('spinbutton', { name, exact: true }).fill(String(value))
  await page.getByRole('textbox', { name: 'Name' }).fill('first look')
  const start = page.getByRole('button', { name: 'Start', exact: true })
  await eventually(() => start.isEnabled()).toBe(true)
  await accessible(page)
  await start.click()
  await page.waitForURL(/#\/runs\/[^/]+$/, PATIENCE)
  return decodeURIComponent(page.url().split('/').at(-1)!)
}

/** The curves grow while it trains, and are shown again after visiting another page. */
async function watchCurves(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'first look' }).waitFor()
  const panel = page.getByRole('region', { name: 'Training', exact: true })
  await panel.getByRole('button', { name: 'Pause' }).waitFor()
  const points = async () => (await savedText(page, /loss, .* as CSV$/)).split('\r\n').length
  await eventually(points).toBeGreaterThan(20)
  const before = await points()
  await eventually(points).not.toBe(before)
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('row').filter({ hasText: 'first look' }).waitFor()
  await page.goBack()
  await panel.getByRole('button', { name: 'Pause' }).click()
  await panel.getByRole('button', { name: 'Resume' }).click()
  await panel.getByRole('button', { name: 'Pause' }).waitFor()
}

/** kill -9 of the training process: the run is shown as interrupted, and can be resumed to its end. */
async function killAndResume(page: Page, database: string, run: string): Promise<void> {
  const db = new Database(database, { readonly: true })
  const owner = () =>
    JSON.parse(
      db.prepare<[string], string | null>('SELECT owner FROM runs WHERE id = ?').pluck().get(run) ?? 'null',
    ) as { pid: number } | null
  try {
    process.kill(owner()!.pid, 'SIGKILL')
    await page.locator('header').getByText('interrupted').first().waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    await eventually(() => owner()?.pid ?? null).not.toBeNull()
    await page.getByRole('heading', { name: 'Results' }).waitFor(PATIENCE)
    expect(db.prepare<[string], string>('SELECT status FROM runs WHERE id = ?').pluck().get(run)).toBe('finished')
    expect(db.prepare('SELECT count(*) FROM runs').pluck().get()).toBe(1)
  } finally {
    db.close()
  }
}

async function readResults(page: Page): Promise<void> {
  for (const name of [
    'Subnets: dev score against density',
    'Overlap of the subnets',
    'Learning curves',
    'Settings, data, environment',
  ])
    await page.getByRole('heading', { name }).waitFor()
  for (const method of ['single task', 'hard sharing', 'sparse sharing'])
    await page.getByRole('rowheader', { name: method, exact: true }).first().waitFor()
  await accessible(page)
  expect((await savedText(page, 'Save table first look results as CSV')).split('\r\n').length).toBeGreaterThan(5)
  expect(await savedText(page, 'Save first look dev against density as SVG')).toMatch(/^<svg [\s\S]*<\/svg>\s*$/)
  const png = await saved(page, 'Save first look dev against density as PNG')
  expect(
    readFileSync(await png.path())
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG')
}

async function exploreMasks(page: Page, run: string): Promise<void> {
  await page.getByRole('link', { name: 'Subnets', exact: true }).click()
  await page.waitForURL(new RegExp(`#/runs/${run}/subnets`))
  await page.getByRole('heading', { name: 'Layer by layer' }).waitFor()
  const cell = page.locator('.matrix tbody td').nth(1)
  await page.getByRole('slider', { name: 'Round of all tasks' }).fill('0')
  // Round 0 is dense: everything is shared.
  await eventually(() => cell.innerText()).toBe('1.000')
  await page.getByRole('slider', { name: 'Round of all tasks' }).fill('1')
  await eventually(() => cell.innerText()).toMatch(/^0\.\d{3}$/)
  await page.getByRole('button', { name: 'Single weights' }).click()
  await page.getByRole('img', { name: /^Weights of / }).focus()
  await page.keyboard.press('Home')
  await eventually(() => page.locator('.readout').innerText()).toMatch(/^Rows? 0/)
  await accessible(page)
}

async function findAgain(page: Page, run: string): Promise<void> {
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.getByRole('searchbox').fill('first web')
  await page.getByRole('heading', { name: 'No run matches' }).waitFor()
  await page.getByRole('searchbox').fill('look xpos')
  const row = page.getByRole('row').filter({ hasText: 'first look' })
  await row.waitFor()
  expect(await row.innerText()).toContain('finished')
  await accessible(page)
  await row.getByRole('link', { name: 'first look' }).click()
  await page.waitForURL(new RegExp(`#/runs/${run}$`))
}

async function accessible(page: Page): Promise<void> {
  expect(await accessibilityProblems(page)).toEqual([])
}
