/** Pictures of every view, light and dark: npx node test/renderer/screenshots.ts DATABASE FOLDER */
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { openStore } from '../../main/store/index.ts'
import { openTestApi } from '../support/api.ts'
import { buildPage, findChromium, openDesk } from './harness.ts'

const [database, folder] = process.argv.slice(2)
const chromium = findChromium()
if (database === undefined || folder === undefined || chromium === null)
  throw new Error('needs DATABASE, FOLDER, and Chromium')

const built = mkdtempSync(join(tmpdir(), 'sparse-page-'))
await buildPage(built)
const desk = await openDesk(chromium, built)
const store = openStore(database)
const api = openTestApi(store)
const ids = store.listSummaries({ limit: 3 }).map(({ id }) => id)
const [corpus] = store.listCorpora()
const [correction] = store.corrections.list()
const places: Record<string, string | null> = {
  runs: '#/',
  run: `#/runs/${ids[0]}`,
  subnets: `#/runs/${ids[0]}/subnets`,
  tag: `#/runs/${ids[0]}/tag`,
  extend: `#/train?extend=${ids[0]}`,
  compare: ids.length < 2 ? null : `#/compare/${ids.join(',')}`,
  train: `#/train${corpus === undefined ? '' : `?corpus=${corpus.id}`}`,
  datasets: '#/datasets',
  devices: '#/devices',
  import: '#/datasets/import',
  corrections: '#/corrections',
  newCorrection: '#/corrections/new',
  correct: correction === undefined ? null : `#/corrections/${correction.id}`,
  dataset: corpus === undefined ? null : `#/datasets/${corpus.id}`,
}
for (const [name, place] of Object.entries(places)) {
  if (place === null) continue
  for (const dark of [false, true]) {
    for (const width of [1280, 640]) {
      const { page, faults } = await desk.open(api, { dark, place, width, height: width === 640 ? 400 : 800 })
      await page.getByRole('heading', { level: 1 }).waitFor()
      // Whatever is still asked for, and drawn.
      await page.waitForTimeout(1500)
      const path = join(folder, `${name}-${dark ? 'dark' : 'light'}-${width}.png`)
      await page.screenshot({ path, fullPage: true })
      console.log(path, ...faults)
      await page.close()
    }
  }
}
await api.close()
store.close()
await desk.close()
rmSync(built, { recursive: true })
