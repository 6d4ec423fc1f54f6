/**
 * A line of 100,000 points that grows: steps appended, and the chart drawn anew, in Chromium. Run on a quiet machine: node bench/charts.ts [POINTS].
 * The bar is 50 ms for both.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { chromium } from 'playwright'
import { build } from 'vite'
import { browserArguments, findChromium } from '../test/renderer/harness.ts'
import { pageFile } from '../main/transport/page.ts'

const points = Number(process.argv[2] ?? 100_000)
const executablePath = findChromium()
if (executablePath === null) throw new Error('needs Chromium')

const renderer = fileURLToPath(new URL('../renderer/', import.meta.url))
/** A page with the chart alone, and what measures it. */
const PAGE = `
import { createApp, h, ref, shallowRef } from 'vue'
import LineChart from '${renderer}parts/LineChart.vue'
import { Losses } from '${renderer}charts/losses.ts'
import '${renderer}styles/tokens.css'

const TASKS = ['pos', 'chunk', 'ner']
const step = (n) => ({ step: n, epoch: 0, task: TASKS[n % 3], loss: 3 / Math.sqrt(1 + n / 500) + 0.4 * Math.abs(Math.sin(n * 12.9898)), tokens: 150 })
const losses = new Losses()
losses.told(Array.from({ length: ${points} }, (_, n) => step(n)))
let next = ${points}
const chart = ref(null)
const smoothing = ref(0)
const lines = () => TASKS.map((name, task) => ({ name, colour: { task }, series: losses.of(name), label: (i) => 'step ' + i }))
const shown = shallowRef(lines())
createApp(() => h('div', { style: 'width: 900px' }, [h(LineChart, { ref: chart, lines: shown.value, axes: { x: 'step', y: 'loss' }, smoothing: smoothing.value, label: 'loss', name: 'loss' })])).mount('#app')

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
window.measure = async (append, smooth) => {
  smoothing.value = smooth
  await frame(); await frame()
  const taken = []
  for (let i = 0; i < 25; i++) {
    const more = Array.from({ length: append }, () => step(next++))
    const began = performance.now()
    losses.told(more)
    shown.value = lines()
    chart.value.draw()
    taken.push(performance.now() - began)
    await frame()
  }
  taken.sort((a, b) => a - b)
  return { median: taken[12], slowest: taken[24] }
}
`

const folder = mkdtempSync(join(tmpdir(), 'sparse-sharing-charts-'))
writeFileSync(join(folder, 'index.html'), '<!doctype html><html><body><div id="app"></div><script type="module" src="/main.js"></script></body></html>')
writeFileSync(join(folder, 'main.js'), PAGE)
const alias = Object.fromEntries(['vue', 'chart.js'].map((name) => [name, fileURLToPath(import.meta.resolve(name === 'vue' ? 'vue/dist/vue.runtime.esm-bundler.js' : name))]))
await build({ root: folder, configFile: false, logLevel: 'error', plugins: [vue()], resolve: { alias }, build: { outDir: join(folder, 'built'), assetsInlineLimit: 0 } })
const server = createServer((request, response) => void pageFile(join(folder, 'built'), request.method!, request.url!).then(async (answer) => {
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(Buffer.from(await answer.arrayBuffer()))
}))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const browser = await chromium.launch({ executablePath, args: browserArguments() })
const page = await browser.newPage({ viewport: { width: 1000, height: 600 } })
await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
await page.locator('canvas').waitFor()
for (const [what, append, smooth] of [['20 steps appended, drawn', 20, 0], ['20 steps appended, smoothed, drawn', 20, 0.9], ['1,000 steps appended, smoothed, drawn', 1000, 0.9]] as const) {
  const { median, slowest } = await page.evaluate(`measure(${append}, ${smooth})`) as { median: number; slowest: number }
  console.log(`${`${points.toLocaleString('en')} points: ${what}`.padEnd(64)} ${median.toFixed(1)} ms, slowest ${slowest.toFixed(1)} ms`)
}
await browser.close()
server.close()
rmSync(folder, { recursive: true, force: true })
