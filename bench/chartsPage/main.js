/** A page with one chart, which bench/charts.ts feeds and measures. JavaScript, for the benchmarks are typed without a DOM. */
import { createApp, h, nextTick, shallowRef } from 'vue'
import { Series } from '../../renderer/charts/columns.ts'
import LineChart from '../../renderer/charts/LineChart.vue'
import '../../renderer/styles/tokens.css'
import '../../renderer/styles/base.css'

const lines = shallowRef([])
const smoothing = shallowRef(0)
const logarithmic = shallowRef(false)
const chart = shallowRef(null)
createApp({
  render: () =>
    h('main', [
      h(LineChart, {
        ref: chart,
        lines: lines.value,
        smoothing: smoothing.value,
        axes: { x: 'step', y: 'loss', logX: logarithmic.value, logY: logarithmic.value },
        label: 'Loss',
        name: 'loss',
      }),
    ]),
}).mount('#app')

const columns = (from, count) => [
  Float64Array.from({ length: count }, (_, i) => from + i + 1),
  Float64Array.from(
    { length: count },
    (_, i) => 2 * Math.exp(-(from + i) / 40_000) * (0.6 + 0.8 * Math.random()) + 0.05,
  ),
]
/** One line as a task, many as rounds. */
const line = (name, i, series, many) => ({
  name,
  colour: many === 1 ? { task: i } : { step: i, of: many - 1 },
  series,
  label: (i) => `step ${i + 1}`,
})
const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))

/**
 * Appends `count` points to each of `many` lines that have `before` already, and draws them. Milliseconds of the script's work, and until the
 * frame that shows it is handed over.
 */
window.measure = async ({ before, count, many = 1, smooth = 0, log = false }) => {
  const series = Array.from({ length: many }, () => new Series(...columns(0, before)))
  smoothing.value = smooth
  logarithmic.value = log
  lines.value = series.map((one, i) => line(`line ${i}`, i, one, many))
  await nextTick()
  chart.value.draw()
  await frame()
  const more = series.map(() => columns(before, count))
  const began = performance.now()
  series.forEach((one, i) => one.append(...more[i]))
  lines.value = series.map((one, i) => line(`line ${i}`, i, one, many))
  await nextTick()
  chart.value.draw()
  const drawn = performance.now() - began
  await frame()
  return [drawn, performance.now() - began]
}
