/**
 * Takes the pictures of the documents from the real studio, light and dark, and writes them to docs/pictures:
 *   node packaging/pictures.ts [DATABASE [VIEWS]]
 * DATABASE has the run of `sparse-sharing sample`; without one, the sample is trained first. It is copied, not changed.
 * VIEWS is a list with commas; by default all.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import type { Api } from '../main/api/dispatch.ts'
import { openStore } from '../main/store/index.ts'
import type { Corpus } from '../shared/protocol/requests/datasets.ts'
import { buildPage, findChromium, openTestBrowser, settled } from '../test/renderer/harness.ts'
import { openTestApi } from '../test/support/api.ts'
import { ROOT } from './paths.ts'

const PICTURES = join(ROOT, 'docs', 'pictures')
const SIZE = { width: 1280, height: 800 }
const QUALITY = 0.82
const TEXT = 'The European Commission met in Brussels on Monday. Ms. Haag plays Elianti at Google in New York.'

/** A picture of the window, compressed by the browser itself. */
async function webp(page: Page, browser: Browser): Promise<Buffer> {
  const png = (await page.screenshot()).toString('base64')
  const script = `(async () => {
    const image = new Image()
    image.src = 'data:image/png;base64,${png}'
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    canvas.getContext('2d').drawImage(image, 0, 0)
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: ${QUALITY} })
    return [...new Uint8Array(await blob.arrayBuffer())]
  })()`
  // A blank page, because the studio's security policy allows no pictures from elsewhere.
  const blank = await browser.newPage()
  const bytes = Buffer.from(await blank.evaluate<number[]>(script))
  await blank.close()
  return bytes
}

async function ask<T>(api: Api, name: string, args: object): Promise<T> {
  const reply = await api.call(name, args)
  if (!reply.ok) throw new Error(reply.error.message)
  return reply.value as T
}

const executable = findChromium()
if (executable === null) throw new Error('needs Chromium: install it, or name one by CHROMIUM_PATH')
const folder = mkdtempSync(join(tmpdir(), 'sparse-sharing-pictures-'))
const database = join(folder, 'studio.db')
const [given, only] = process.argv.slice(2)
if (given !== undefined) copyFileSync(given, database)
else
  execFileSync(process.execPath, [join(ROOT, 'main/entry/sparse-sharing.mjs'), 'sample', '--db', database], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
mkdirSync(PICTURES, { recursive: true })

const store = openStore(database)
const api = openTestApi(store)
const [{ id: run }] = store.listSummaries({ limit: 1 })
const corpus = await ask<Corpus>(api, 'datasets.sample', {})
const { project } = await ask<{ project: string }>(api, 'annotate.create', {
  name: 'Web English, dev',
  sources: [{ kind: 'corpus', corpus: corpus.id, split: 'dev' }],
  run,
})

/** A project of raw text, without a model. */
const LETTERS = [
  'Maria Lopez moved from Lima to Berlin in March.',
  'She works for the Red Cross near the Spree.',
  'Berlin has more bridges than Venice.',
  'Her brother Luis stayed in Lima.',
]
const letters = await ask<{ project: string }>(api, 'annotate.create', {
  name: 'Letters',
  sources: [{ kind: 'text', name: 'letters', text: LETTERS.join('\n') }],
  tasks: [{ name: 'ner', kind: 'span', labels: ['PER', 'LOC', 'ORG'] }],
})
await ask(api, 'annotate.guidelines', {
  project: letters.project,
  text: '# Places\nCities, rivers and countries are **LOC**.\n\n# People\nNames without titles: *Maria Lopez*.',
})

/** What a picture shows: an address, and what is done there first. */
const VIEWS: Record<string, { address: string; prepare?(page: Page): Promise<void> }> = {
  runs: { address: '#/' },
  run: { address: `#/runs/${run}` },
  subnets: {
    address: `#/runs/${run}/subnets`,
    // The picture of the weights, with as much above it as fits.
    prepare: (page) =>
      page.evaluate(
        `[...document.querySelectorAll('h2')].find((h) => h.textContent.trim() === 'Weights').scrollIntoView({ block: 'center' })`,
      ),
  },
  dataset: { address: `#/datasets/${corpus.id}` },
  train: { address: `#/train?corpus=${corpus.id}` },
  tag: {
    address: `#/runs/${run}/tag`,
    async prepare(page) {
      await page.getByRole('textbox').first().fill(TEXT)
      await page.getByText('PROPN').first().waitFor({ timeout: 60_000 })
    },
  },
  newProject: {
    address: '#/annotate/new',
    async prepare(page) {
      const file = join(folder, 'letters.txt')
      writeFileSync(file, LETTERS.join('\n'))
      await page.getByLabel('Files of text').setInputFiles(file)
      await page.getByText(LETTERS[0]).waitFor()
      await page.getByLabel('Task', { exact: true }).fill('ner')
      await page.getByLabel('Labels', { exact: true }).fill('PER, LOC, ORG')
    },
  },
  label: {
    address: `#/annotate/${letters.project}`,
    async prepare(page) {
      const words = page.locator('.sentence ol button')
      await words.nth(0).click()
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('1')
      for (const place of [6, 4]) {
        await words.nth(place).click()
        await page.keyboard.press('2')
      }
      await page.getByText(/stands in/).waitFor()
    },
  },
  correct: {
    address: `#/annotate/${project}`,
    // The suggestions of the run arrive in the background.
    prepare: (page) => page.getByText(/% \?$/).first().waitFor({ timeout: 60_000 }),
  },
}

const built = join(folder, 'page')
await buildPage(built)
const browser = await openTestBrowser(executable, built)
try {
  for (const [name, { address, prepare }] of Object.entries(VIEWS)) {
    if (only !== undefined && !only.split(',').includes(name)) continue
    for (const dark of [false, true]) {
      const { page, errors } = await browser.open(api, { dark, address, ...SIZE })
      await page.getByRole('heading', { level: 1 }).waitFor()
      await prepare?.(page)
      await settled(page)
      // The path of the database is that of this machine.
      await page.evaluate(`document.querySelector('footer').style.visibility = 'hidden'`)
      if (errors.length > 0) throw new Error(`${name}: ${errors.join('; ')}`)
      const picture = await webp(page, browser.browser)
      writeFileSync(join(PICTURES, `${name}-${dark ? 'dark' : 'light'}.webp`), picture)
      console.log(`${name}, ${dark ? 'dark' : 'light'}: ${(picture.length / 1024).toFixed(0)} kB`)
      await page.close()
    }
  }
} finally {
  await browser.close()
  await api.close()
  store.close()
  rmSync(folder, { recursive: true, force: true })
}
