/** The window, in Chromium, over a real run in a real database. */
import { beforeAll, expect, test } from 'vitest'
import type { Store } from '../../main/store/index.ts'
import { millions } from '../../renderer/ui/numbers.ts'
import { score } from '../../shared/util/format.ts'
import { openTestApi } from '../support/api.ts'
import { tinyConfig } from '../support/corpus.ts'
import { finished, type Experiment } from '../support/experiments.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

describeWindow('the window', (openWindow) => {
  let experiment: Experiment

  beforeAll(async () => {
    experiment = await finished(tinyConfig({ methods: ['single', 'subnet', 'hard', 'sparse'] }))
  })

  function open(store: Store, options?: WindowOptions) {
    const api = openTestApi(store)
    return openWindow(api, options, () => api.close())
  }

  test('shows a run: results, densities, overlap, curves', async () => {
    const { store, runId } = experiment
    const report = store.getRun(runId).report!
    const page = await open(store)
    await page.getByRole('link', { name: 'tiny' }).click()

    const sparse = report.methods.find(({ method }) => method === 'sparse')!
    const cells = page.getByRole('row').filter({ hasText: 'sparse sharing' }).getByRole('cell')
    const expected = report.tasks
      .flatMap(({ name }) => [sparse.scores[name].dev.value, sparse.scores[name].test?.value])
      .map((value) => score(value))
    expect(await cells.allInnerTexts()).toEqual([...expected, millions(sparse.params)])

    const density = page.getByRole('img', { name: /Dev score against density/ })
    expect(await drawn(density)).toBe(true)
    expect(await page.getByTitle('chosen').count()).toBe(2)

    const overlap = report.overlap!
    const matrix = page.locator('section', { hasText: 'Overlap of the subnets' })
    expect(await matrix.getByRole('cell', { name: overlap.pairs[0].ratio.toFixed(3) }).count()).toBe(2)
    const layer = overlap.layers[1]
    await matrix.getByRole('combobox').selectOption(layer.layer)
    expect(await matrix.getByRole('cell', { name: layer.pairs[0].ratio.toFixed(3) }).count()).toBe(2)

    const curves = page.locator('section', { hasText: 'Learning curves' })
    const group = curves.getByRole('combobox', { name: 'Curves of' })
    expect(await group.locator('option').allInnerTexts()).toEqual([
      'sparse sharing',
      'hard sharing',
      'rounds of pos',
      'rounds of np',
    ])
    await group.selectOption('rounds of np')
    await curves.getByRole('button', { name: 'round 2' }).first().waitFor()
    await curves.getByRole('combobox', { name: 'Horizontal axis' }).selectOption('epoch')
    expect(await drawn(curves.getByRole('img', { name: 'Dev score by epoch, rounds of np' }))).toBe(true)

    await page.getByRole('link', { name: '← Runs' }).click()
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
  })

  test.each([
    ['light', false],
    ['dark', true],
  ])('fits the window at 200 % zoom, %s', async (_, dark) => {
    const page = await open(experiment.store, { dark, width: 640, height: 400, address: `#/runs/${experiment.runId}` })
    await page.getByRole('heading', { name: 'Settings, data, environment' }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  })

  test('says that a run does not exist', async () => {
    const page = await open(experiment.store, { address: '#/runs/nobody' })
    expect(await page.getByRole('alert').innerText()).toBe('There is no run nobody.')
  })

  interface Context {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray }
  }

  /** Whether a canvas holds more than one colour. */
  function drawn(canvas: ReturnType<Awaited<ReturnType<typeof open>>['getByRole']>): Promise<boolean> {
    return canvas.evaluate((node) => {
      const canvas = node as unknown as { width: number; height: number; getContext(kind: '2d'): Context }
      const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
      return new Set(new Uint32Array(pixels.buffer)).size > 20
    })
  }
})
