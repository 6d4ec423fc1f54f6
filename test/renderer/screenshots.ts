/**
 * Pictures of every view, light and dark: npx node test/renderer/screenshots.ts DATABASE FOLDER [WIDTHS [VIEWS]]
 * WIDTHS and VIEWS are lists with commas; by default 1024, 1400 and 1920 pixels, and all views.
 */
import { join } from 'node:path'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { openStore } from '../../main/store/index.ts'
import { openTestApi } from '../support/api.ts'
import { buildPage, findChromium, openTestBrowser, settled } from './harness.ts'

const [database, folder, widths = '1024,1400,1920', only] = process.argv.slice(2)
const chromium = findChromium()
if (database === undefined || folder === undefined || chromium === null)
  throw new Error('needs DATABASE, FOLDER, and Chromium')
mkdirSync(folder, { recursive: true })

const built = mkdtempSync(join(tmpdir(), 'sparse-page-'))
await buildPage(built)
const browser = await openTestBrowser(chromium, built)
const store = openStore(database)
const api = openTestApi(store)
const ids = store.listSummaries({ limit: 3 }).map(({ id }) => id)
const [corpus] = store.listCorpora()
const [correction] = store.annotation.list()
const first = ids.at(-1)
const [experiment] = store.listExperiments()
/** Seed groups of several runs. */
const groups = [...Map.groupBy(store.listSummaries(), ({ group }) => group)]
  .filter(([, runs]) => runs.length > 1)
  .map(([group]) => group)
  .slice(0, 4)
/** By the name of the picture; null where the database has nothing to show. */
const views: Record<string, string | null> = {
  runs: '#/',
  run: `#/runs/${first}`,
  subnets: `#/runs/${first}/subnets`,
  errors: `#/runs/${first}/errors`,
  tag: `#/runs/${first}/tag`,
  extend: `#/train?extend=${first}`,
  compare: ids.length < 2 ? null : `#/compare/${ids.join(',')}`,
  groups: groups.length < 2 ? null : `#/groups/${groups.join(',')}`,
  experiments: '#/experiments',
  experiment: experiment === undefined ? null : `#/experiments/${experiment.id}`,
  newExperiment: '#/experiments/new',
  train: `#/train${corpus === undefined ? '' : `?corpus=${corpus.id}`}`,
  datasets: '#/datasets',
  devices: '#/devices',
  import: '#/datasets/import',
  annotate: '#/annotate',
  newProject: '#/annotate/new',
  correct: correction === undefined ? null : `#/annotate/${correction.id}`,
  dataset: corpus === undefined ? null : `#/datasets/${corpus.id}`,
}
const wanted = only?.split(',') ?? Object.keys(views)
for (const [name, address] of Object.entries(views)) {
  if (address === null || !wanted.includes(name)) continue
  for (const dark of [false, true]) {
    for (const width of widths.split(',').map(Number)) {
      const height = Math.round(0.62 * width)
      const { page, errors } = await browser.open(api, { dark, address, width, height })
      await page.getByRole('heading', { level: 1 }).waitFor()
      await settled(page)
      const path = join(folder, `${name}-${dark ? 'dark' : 'light'}-${width}.png`)
      await page.screenshot({ path, fullPage: true })
      console.log(path, ...errors)
      await page.close()
    }
  }
}
await api.close()
store.close()
await browser.close()
rmSync(built, { recursive: true })
