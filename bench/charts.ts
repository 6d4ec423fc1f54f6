/** Draws points appended to a chart, in Chromium. Run it without other load: npx node bench/charts.ts */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { pageConfig } from '../packaging/bundle.ts'
import { findChromium, openTestBrowser } from '../test/renderer/harness.ts'

const TIMES = 15
const CASES = [
  { what: '100,000 points appended to an empty chart', before: 0, count: 100_000 },
  { what: '100,000 points appended to 100,000', before: 100_000, count: 100_000 },
  { what: '100,000 points appended, smoothed', before: 0, count: 100_000, smooth: 0.9 },
  { what: '100,000 points appended, both axes logarithmic', before: 0, count: 100_000, log: true },
  { what: '20 points appended to 100,000, smoothed: a training, live', before: 100_000, count: 20, smooth: 0.9 },
  { what: '20 points appended to each of 21 lines of 5,000, smoothed', before: 5000, count: 20, many: 21, smooth: 0.9 },
]

const chromium = findChromium()
if (chromium === null) throw new Error('needs Chromium: install it, or name one by CHROMIUM_PATH')
const built = mkdtempSync(join(tmpdir(), 'sparse-sharing-bench-'))
await build({ ...pageConfig(built, fileURLToPath(new URL('./chartsPage/', import.meta.url))), logLevel: 'error' })
const browser = await openTestBrowser(chromium, built)
const nobody = { call: async () => ({ ok: true as const, value: null }), listen: () => () => {}, close: async () => {} }
const { page, errors } = await browser.open(nobody)
await page.waitForFunction('window.measure')

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`
console.log(
  `${`appended and drawn; quickest, median, slowest of ${TIMES}`.padEnd(60)} ${'script'.padEnd(24)}to the frame`,
)
for (const { what, ...sizes } of CASES) {
  const taken: [number, number][] = []
  for (let i = 0; i < TIMES; i++)
    taken.push(await page.evaluate<[number, number]>(`window.measure(${JSON.stringify(sizes)})`))
  const of = (at: 0 | 1) => {
    const sorted = taken.map((pair) => pair[at]).toSorted((a, b) => a - b)
    return [0, Math.floor(TIMES / 2), TIMES - 1].map((place) => ms(sorted[place])).join(', ')
  }
  console.log(`${what.padEnd(60)} ${of(0).padEnd(24)}${of(1)}`)
}
if (errors.length > 0) console.log(...errors)
await browser.close()
rmSync(built, { recursive: true })
