/**
 * A page with one chart that bench/charts.ts fills and measures. JavaScript, because bench/ is type-checked without a
 * DOM.
 */
import { createApp, h, nextTick, shallowRef } from 'vue'
import { Series } from '../../renderer/charts/columns.ts'
import LineChart from '../../renderer/charts/LineChart.vue'
import { deriveKey, uniform } from '../../shared/util/random.ts'
import '../../renderer/styles/tokens.css'
import '../../renderer/styles/base.css'

const NOISE = deriveKey(1, 'noise of the curves')

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
    (_, i) => 2 * Math.exp(-(from + i) / 40_000) * (0.6 + 0.8 * uniform(i, NOISE)) + 0.05,
  ),
]
/** A single line is drawn as a task, several as rounds. */
const line = (name, i, series, many) => ({
  name,
  colour: many === 1 ? { task: i } : { step: i, of: many - 1 },
  series,
  label: (i) => `step ${i + 1}`,
})
const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))

/**
 * Appends `count` points to each of `many` lines of `before` points, and draws them. Returns the milliseconds of
 * script time, and those until the frame is presented.
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
