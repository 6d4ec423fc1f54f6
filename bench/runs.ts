/**
 * A list of a thousand runs: written, listed, drawn, searched, sorted and scrolled. Run it without other load:
 * npx node bench/runs.ts [COUNT]. Measures the database, and the window if Chromium is installed.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { openStore } from '../main/store/index.ts'
import { openTestApi } from '../test/support/api.ts'
import { addRuns } from '../test/support/manyRuns.ts'
import { buildPage, findChromium, openTestBrowser } from '../test/renderer/harness.ts'

const count = Number(process.argv[2] ?? 1000)
const line = (what: string, value: string) => console.log(`${what.padEnd(64)} ${value}`)
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`

async function median(times: number, work: () => unknown): Promise<number> {
  const taken: number[] = []
  for (let i = 0; i < times; i++) {
    const began = performance.now()
    await work()
    taken.push(performance.now() - began)
  }
  return taken.toSorted((a, b) => a - b)[Math.floor(times / 2)]
}

const folder = mkdtempSync(join(tmpdir(), 'sparse-sharing-bench-'))
const store = openStore(join(folder, 'studio.db'))
const sizes = { rounds: 3, impEpochs: 5, jointEpochs: 100 }
const began = performance.now()
addRuns(store, count, sizes)
line(
  `${count} runs written, ${sizes.jointEpochs} joint epochs each`,
  `${((performance.now() - began) / 1000).toFixed(0)} s`,
)

const api = openTestApi(store)
line('listed as full records (listRuns)', ms(await median(9, () => store.listRuns())))
line('listed for the window (listSummaries)', ms(await median(9, () => store.listSummaries())))
line(
  'the same as a reply, as JSON',
  ms(await median(9, async () => JSON.stringify(await api.call('runs.list', { limit: 10_000 })))),
)
line('size of the reply', `${(JSON.stringify(store.listSummaries()).length / 1000).toFixed(0)} kB`)

const chromium = findChromium()
if (chromium === null) line('the window', 'not measured: no Chromium')
else {
  const built = join(folder, 'page')
  await buildPage(built)
  const browser = await openTestBrowser(chromium, built)
  const { page } = await browser.open(api)
  await page.getByRole('checkbox', { name: 'Group seeds' }).uncheck()
  await page.locator('tr[data-run]').first().waitFor()
  line('rows of the table in the page', String(await page.locator('tr[data-run]').count()))
  await measure(
    page,
    'sorted by a column, to the next frame',
    "document.querySelector('th:nth-of-type(6) button').click()",
  )
  await measure(page, 'all selected, to the next frame', "document.querySelector('thead input').click()")
  await measure(
    page,
    'searched, with the pause of 150 ms',
    "const s = document.querySelector('input[type=search]'); s.value = s.value ? '' : 'even 9'; s.dispatchEvent(new Event('input'))",
    150,
  )
  await measure(page, 'scrolled by a page, to the next frame', "document.querySelector('.box').scrollTop += 500")
  await page.close()
  await browser.close()
}
await api.close()
store.close()
rmSync(folder, { recursive: true, force: true })

/** Milliseconds from an action in the page to the frame that shows it. `wait`: an intended delay to subtract. */
async function measure(page: Page, what: string, act: string, wait = 0): Promise<void> {
  const taken = await page.evaluate<number>(`(async () => {
    const taken = []
    for (let i = 0; i < 9; i++) {
      const began = performance.now()
      ;{ ${act} }
      await new Promise((done) => setTimeout(done, ${wait}))
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      taken.push(performance.now() - began)
    }
    return taken.sort((a, b) => a - b)[4]
  })()`)
  line(what, ms(taken))
}
