/** The view of a run: live curves, zoom, pause, stop and resume; charts are saved as shown. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { percent, score } from '../../shared/util/format.ts'
import { METHOD_NAMES } from '../../shared/settings/methods.ts'
import { corpusFiles, tinyConfig } from '../support/corpus.ts'
import { finished, type Experiment } from '../support/experiments.ts'
import { openStudio } from '../support/studio.ts'
import { openTestApi } from '../support/api.ts'
import { accessibilityProblems } from './axe.ts'
import { saved, savedRows, savedText } from './saving.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

describeWindow('the view of a run', (openWindow) => {
  /** The labels of the horizontal axis of a drawing. */
  const ticks = (svg: string) =>
    [...svg.matchAll(/text-anchor="middle" fill="[^"]*">([\d,.]+)</g)].map(([, label]) => label)

  /** Where the points of each line of a drawing lie, from the left, in pixels. */
  const curves = (svg: string) =>
    [...svg.matchAll(/ d="(M[^"]*)" fill="none"/g)].map(([, path]) =>
      [...path.matchAll(/[ML]([\d.-]+) /g)].map(([, x]) => Number(x)),
    )

  /** The value once it has been the same for 20 looks in a row; a training makes a step in far less. */
  async function quiet(count: () => number): Promise<number> {
    let [value, same] = [count(), 0]
    await expect
      .poll(() => {
        same = count() === value ? same + 1 : 0
        value = count()
        return same
      })
      .toBeGreaterThan(20)
    return value
  }

  test('updates during training; zoom stays while points are added; pause, stop and resume', async () => {
    // With the smallest network thousands of steps a second would have to be saved at every look.
    const studio = openStudio(corpusFiles(800))
    const { run } = await studio.start(
      tinyConfig({
        methods: ['hard'],
        model: { hidden: 32 },
        optimizer: { batchSize: 8 },
        joint: { epochs: 100_000 },
      }),
    )
    const stored = () => studio.store.stepMetrics(run, { phase: 'hard', task: null, round: null }).length
    const page = await openWindow(studio.api, { address: `#/runs/${run}` })
    const panel = page.getByRole('region', { name: 'Training' })
    await panel.getByRole('button', { name: 'Pause' }).waitFor()
    expect(await page.locator('.title').innerText()).toMatch(/running/)
    expect(await panel.innerText()).toMatch(/0 of 1 trainings done/)

    const chart = page.getByRole('img', { name: `Training loss by step, ${METHOD_NAMES.hard}` })
    await chart.waitFor()
    const button = `Save tiny loss, ${METHOD_NAMES.hard} as CSV`
    const before = (await savedRows(page, button)).length
    await chart.focus()
    await page.keyboard.press('+')
    await page.getByRole('button', { name: 'Reset zoom' }).waitFor()
    const drawing = `Save tiny loss, ${METHOD_NAMES.hard} as SVG`
    const zoomed = ticks(await savedText(page, drawing))
    await expect.poll(stored).toBeGreaterThan(before + 100)
    expect((await savedRows(page, button)).length).toBeGreaterThan(before + 100)
    expect(ticks(await savedText(page, drawing))).toEqual(zoomed)
    await page.getByRole('button', { name: 'Reset zoom' }).click()
    await expect.poll(async () => ticks(await savedText(page, drawing))).not.toEqual(zoomed)

    await panel.getByRole('button', { name: 'Pause' }).click()
    await panel.getByRole('button', { name: 'Resume' }).waitFor()
    const steps = () => studio.eventsOf(run).filter(({ type }) => type === 'steps').length
    // Paused after its current step: events that were under way arrive, then no more.
    const held = await quiet(steps)
    await panel.getByRole('button', { name: 'Resume' }).click()
    await expect.poll(steps).toBeGreaterThan(held)

    await panel.getByRole('button', { name: 'Stop' }).click()
    await panel.getByRole('button', { name: 'Resume' }).waitFor()
    expect(studio.store.getRun(run).status).toBe('stopped')
    await panel.getByRole('button', { name: 'Resume' }).click()
    await panel.getByRole('button', { name: 'Stop' }).click()
    await panel.getByRole('button', { name: 'Resume' }).waitFor()

    // On another backend, which its record says from then on.
    await panel.getByLabel('Backend to resume on').selectOption('cpu')
    expect(await panel.getByText(/Resume it from the command line:/).innerText()).toContain(
      `sparse-sharing resume ${run} --backend cpu`,
    )
    expect(await accessibilityProblems(page)).toEqual([])
    await panel.getByRole('button', { name: 'Resume' }).click()
    await expect.poll(() => studio.store.getRun(run).environment.backend).toBe('cpu')
    await panel.getByRole('button', { name: 'Stop' }).click()
    await panel.getByRole('button', { name: 'Resume' }).waitFor()

    // However often it went back to a checkpoint, no step is drawn or saved twice, and none is missing.
    const rows = await savedRows(page, button)
    expect(rows).toHaveLength(stored())
    const lines = curves(await savedText(page, drawing))
    expect(lines.length).toBeGreaterThanOrEqual(2)
    for (const line of lines) for (let i = 1; i < line.length; i++) expect(line[i]).toBeGreaterThanOrEqual(line[i - 1])
    await studio.close()
  })

  describe('of a finished run', () => {
    let experiment: Experiment
    beforeAll(async () => {
      experiment = await finished(tinyConfig({ methods: ['single', 'hard', 'sparse'], joint: { epochs: 3 } }))
    })

    async function open(options: WindowOptions = {}): Promise<Page> {
      const api = openTestApi(experiment.store)
      onTestFinished(() => api.close())
      const page = await openWindow(api, { address: `#/runs/${experiment.runId}`, ...options })
      await page.getByRole('heading', { name: 'Learning curves' }).waitFor()
      return page
    }

    test('saves charts as data, drawing and picture, tables as CSV', async () => {
      const page = await open()
      const { store, runId } = experiment
      const group = METHOD_NAMES.sparse
      const losses = await savedRows(page, `Save tiny loss, ${group} as CSV`)
      expect(losses).toHaveLength(store.stepMetrics(runId, { phase: 'sparse', task: null, round: null }).length)
      const dev = await savedRows(page, `Save tiny dev score, ${group} as CSV`)
      const epochs = store.epochMetrics(runId, { phase: 'sparse', task: null, round: null })
      expect(dev.map((row) => Number(row[2]))).toEqual(
        ['pos', 'np'].flatMap((task) => epochs.map((metric) => metric.dev[task].value)),
      )

      const svg = await savedText(page, 'Save tiny dev against density as SVG')
      expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\s*$/)
      expect(svg.match(/<path [^>]*fill="none"/g)!.length).toBeGreaterThanOrEqual(2)
      const png = await saved(page, 'Save tiny dev against density as PNG')
      expect(
        readFileSync(await png.path())
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG')

      const table = await savedRows(page, 'Save table tiny results as CSV')
      const { methods } = store.getRun(runId).report!
      // Under a head of two rows; the exact value stands behind the rounded one.
      expect(table.slice(1).map(([name]) => name)).toEqual(methods.map(({ method }) => METHOD_NAMES[method]))
      expect(Number(table.at(-1)![1])).toBeCloseTo(methods.at(-1)!.scores.pos.dev.value, 10)
    })

    test('shows what mouse and keyboard ask for: a part, all, a point, a line less', async () => {
      const page = await open()
      const chart = page.getByRole('img', { name: 'Dev score against density for each task' })
      await chart.scrollIntoViewIfNeeded()
      const drawing = 'Save tiny dev against density as SVG'
      const whole = await savedText(page, drawing)
      const { x, y, width, height } = (await chart.boundingBox())!
      await page.mouse.move(x + 0.3 * width, y + 0.2 * height)
      await page.mouse.down()
      await page.mouse.move(x + 0.6 * width, y + 0.6 * height)
      await page.mouse.up()
      const part = await savedText(page, drawing)
      expect(part).not.toBe(whole)
      await chart.dblclick()
      expect(await savedText(page, drawing)).toBe(whole)

      await chart.focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      const second = experiment.store.getRun(experiment.runId).report!.tickets[0].candidates[1]
      await page
        .getByText(`pos, round 1, density ${percent(second.density)}`)
        .filter({ hasText: score(second.dev.value) })
        .waitFor({ state: 'attached' })
      await page.keyboard.press('+')
      await page.keyboard.press('0')
      expect(await savedText(page, drawing)).toBe(whole)

      const legend = page.locator('figure', { has: chart })
      await legend.getByRole('button', { name: 'np', exact: true }).click()
      expect(curves(await savedText(page, drawing))).toHaveLength(1)
      await legend.getByRole('button', { name: 'np', exact: true }).click()
      expect(await savedText(page, drawing)).toBe(whole)
    })

    test('axes by step, epoch and time, logarithmic and smoothed, remembered', async () => {
      const page = await open()
      const axis = page.getByRole('combobox', { name: 'Horizontal axis' })
      for (const x of ['epoch', 'time', 'step']) {
        await axis.selectOption(x)
        await page.getByRole('img', { name: new RegExp(`^Training loss by ${x}`) }).waitFor()
      }
      await axis.selectOption('epoch')
      await page.getByLabel('log epoch').check()
      await page.getByLabel('log loss').check()
      await page.getByRole('slider', { name: /Smoothing/ }).fill('0.9')
      await page.reload()
      expect(await page.getByRole('combobox', { name: 'Horizontal axis' }).inputValue()).toBe('epoch')
      expect(await page.getByLabel('log loss').isChecked()).toBe(true)
      expect(await page.getByRole('slider', { name: /Smoothing/ }).inputValue()).toBe('0.9')
    })

    test.each([
      ['light', false],
      ['dark', true],
    ])('is accessible, %s', async (_, dark) => {
      const page = await open({ dark })
      await page.getByRole('heading', { name: 'Settings, data, environment' }).waitFor()
      expect(await accessibilityProblems(page)).toEqual([])
    })

    test('links to its subnets and to a new run with its settings', async () => {
      const page = await open()
      expect(await page.getByRole('link', { name: 'Subnets', exact: true }).getAttribute('href')).toBe(
        `#/runs/${experiment.runId}/subnets`,
      )
      await page.getByText('More', { exact: true }).click()
      expect(await page.getByRole('link', { name: 'New run with these settings' }).getAttribute('href')).toBe(
        `#/train?run=${experiment.runId}`,
      )
    })
  })
})
