/** The mask explorer, in Chromium, over a real run: it shows what the masks contain, and starts joint training. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright'
import { beforeAll, expect, test } from 'vitest'
import { createRun } from '../../main/experiment/lifecycle.ts'
import { grouped, percent } from '../../shared/util/format.ts'
import { density, intersectAll, jaccard, keptCount } from '../../shared/network/mask.ts'
import { openTestApi } from '../support/api.ts'
import { tinyConfig } from '../support/corpus.ts'
import { finished, runSession, type Experiment } from '../support/experiments.ts'
import { newRun } from '../store/records.ts'
import { accessibilityProblems } from './axe.ts'
import { saved, savedRows } from './saving.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

/** For a busy machine. */
const eventually = <T>(found: () => T | Promise<T>) => expect.poll(found)

describeWindow('the mask explorer', (openWindow) => {
  let experiment: Experiment

  beforeAll(async () => {
    experiment = await finished(tinyConfig({ methods: ['sparse'] }))
  })

  function open(options: WindowOptions = {}): Promise<Page> {
    const api = openTestApi(experiment.store)
    return openWindow(api, { address: `#/runs/${experiment.runId}/subnets`, ...options }, () => api.close())
  }
  const mask = (task: string, round: number) => experiment.store.loadMask(experiment.runId, task, round)!
  const chosen = () =>
    Object.fromEntries(
      experiment.store.getRun(experiment.runId).report!.tickets.map((ticket) => [ticket.task, ticket.chosen]),
    )
  const readout = (page: Page) => page.locator('.readout')

  test('starts with the chosen subnets; sliders change all views', async () => {
    const page = await open()
    const { pos, np } = chosen()
    const cell = page.locator('.matrix tbody td').nth(1)
    await eventually(() => cell.innerText()).toBe(jaccard(mask('pos', pos), mask('np', np)).toFixed(3))
    expect(await page.getByRole('listitem').getByTitle('chosen', { exact: true }).count()).toBe(2)

    await page.getByRole('slider', { name: 'Round of all tasks' }).fill('0')
    await eventually(() => cell.innerText()).toBe('1.000')
    await page.getByRole('slider', { name: 'Round of np' }).fill('2')
    await eventually(() => cell.innerText()).toBe(jaccard(mask('pos', 0), mask('np', 2)).toFixed(3))
    expect(
      await page
        .getByRole('listitem')
        .filter({ has: page.getByRole('slider', { name: 'Round of np' }) })
        .innerText(),
    ).toContain(`${percent(density(mask('np', 2)))} · ${grouped(keptCount(mask('np', 2)))} weights`)
    await page.getByRole('button', { name: 'Chosen' }).click()
    await eventually(() => cell.innerText()).toBe(jaccard(mask('pos', pos), mask('np', np)).toFixed(3))
    await page.getByLabel('Measure').selectOption('Overlap relative to chance')
    expect(await cell.innerText()).toMatch(/^\d+\.\d\d ×$/)
  })

  test('the picture agrees with the masks, and its legend counts weights', async () => {
    const page = await open()
    await page.getByRole('slider', { name: 'Round of all tasks' }).fill('2')
    await page.getByLabel(/^Layer .*bilstm/).selectOption('bilstm.0.backward.W')
    await page.getByRole('button', { name: 'Single weights' }).click()
    await page.getByLabel('Blocks').selectOption('single weights')
    const canvas = page.getByRole('img', { name: /^Weights of bilstm.0.backward.W, 17 rows and 32 columns/ })
    await canvas.focus()
    await page.keyboard.press('Home')
    const [pos, np] = ['pos', 'np'].map((task) => mask(task, 2).layers[2].kept)
    for (const [row, column, key] of [
      [0, 0, 'ArrowRight'],
      [0, 1, 'ArrowDown'],
      [1, 1, 'ArrowDown'],
      [2, 1, 'ArrowRight'],
      [2, 2, 'ArrowRight'],
      [2, 3, 'ArrowRight'],
    ] as const) {
      const keepers = [pos[row * 32 + column] === 1 ? 'pos' : '', np[row * 32 + column] === 1 ? 'np' : ''].filter(
        (name) => name !== '',
      )
      await eventually(() => readout(page).innerText()).toBe(
        `Row ${row} (word ${row}), column ${column} (i ${column}): kept by ${keepers.join(', ') || 'no subnet'}`,
      )
      await page.keyboard.press(key)
    }
    const both = keptCount({ layers: [intersectAll([mask('pos', 2), mask('np', 2)]).layers[2]] })
    const row = page.getByRole('row').filter({ has: page.getByRole('button', { name: 'both', exact: true }) })
    expect(await row.getByRole('cell').first().innerText()).toBe(grouped(both))

    // Isolated, only weights of both have a colour.
    const inks = () =>
      canvas.evaluate((node) => {
        const { width, height } = node as unknown as { width: number; height: number }
        const pixels = (
          node as unknown as {
            getContext(kind: string): { getImageData(...box: number[]): { data: Uint8ClampedArray } }
          }
        )
          .getContext('2d')
          .getImageData(100, 60, width - 200, height - 120).data
        return new Set(new Uint32Array(pixels.buffer)).size
      })
    await page.getByLabel('Blocks').selectOption('4 × 4')
    await eventually(() => readout(page).innerText()).toMatch(
      /^Rows 0–3 \(word 0–3\), columns 4–7 \(i 4–7\): \d+ of 16 weights kept/,
    )
    const mixed = await inks()
    await row.getByRole('button').click()
    await eventually(inks).toBeLessThan(mixed)
  })

  test('opens as a heat map of gates and inputs; a click on a cell shows its weights', async () => {
    const page = await open()
    await page.getByLabel(/^Layer .*bilstm/).selectOption('bilstm.0.backward.W')
    const card = page.getByRole('region', { name: 'Weights', exact: true })
    await card.getByRole('img', { name: /^Share of the weights of bilstm.0.backward.W that each/ }).waitFor()
    const file = 'tiny, bilstm.0.backward.W by gate'
    const rows = await savedRows(page, `Save ${file} kept as CSV`)
    const { pos } = chosen()
    const { kept } = mask('pos', pos).layers[2]
    // Rows 0 to 3 are the word, 32 columns, eight per gate.
    const weights = rows.find((row) => String(row.slice(0, 3)) === 'word,f,pos')!
    const [first, width] = [Number(weights[4]) / 8, 8]
    let count = 0
    for (let r = 0; r < first; r++) for (let c = width; c < 2 * width; c++) count += kept[r * 32 + c]
    expect(Number(weights[3])).toBe(count)
    await card.getByRole('combobox', { name: 'Show' }).selectOption('shared')
    await card.getByRole('img', { name: /^Kept weights of bilstm.0.backward.W by the number/ }).waitFor()
    expect((await savedRows(page, `Save ${file} shared as CSV`))[0].slice(0, 3)).toEqual(['word', 'i', 'one alone'])
    await card.locator('svg[role=img] rect').nth(2).click()
    await page.getByRole('img', { name: /^Weights of bilstm.0.backward.W, 17 rows/ }).waitFor()
    await eventually(() => page.getByRole('button', { name: 'Show all', exact: true }).isEnabled()).toBe(true)
  })

  test('zooms with wheel and keys, and saves', async () => {
    const page = await open()
    await page.getByRole('button', { name: 'Single weights' }).click()
    const canvas = page.locator('canvas.matrix')
    const whole = page.getByRole('button', { name: 'Show all', exact: true })
    await page.getByRole('heading', { name: 'Layer by layer' }).waitFor()
    await canvas.click({ position: { x: 300, y: 150 } })
    // Content above may still change its height: the pointer follows.
    await eventually(async () => {
      await canvas.hover({ position: { x: 300, y: 150 } })
      await page.mouse.wheel(0, -400)
      return whole.isEnabled()
    }).toBe(true)
    expect(await page.locator('.map').count()).toBe(1)
    for (const [button, file] of [
      [/tiny, bilstm.* as PNG$/, /\.png$/],
      [/tiny, bilstm.* as SVG$/, /\.svg$/],
      [/^PNG 1:1/, /1-1\.png$/],
      [/^Region CSV/, /region\.csv$/],
    ] as const) {
      const download = await saved(page, button)
      expect(download.suggestedFilename()).toMatch(file)
      const content = readFileSync(await download.path())
      expect(content.length).toBeGreaterThan(100)
      if (String(file).includes('region'))
        expect(content.toString()).toMatch(/^row,column,row is,column is,pos,np\r\n0|\d+,\d+,/)
    }
    await whole.click()
    await eventually(() => whole.isEnabled()).toBe(false)
  })

  test('rounds are curves; a run of another seed is averaged in', async () => {
    const config = tinyConfig({ methods: ['sparse'], name: 'seed 8', seed: 8, imp: { maxRounds: 1, epochs: 1 } })
    const own = { ...experiment.store.getRun(experiment.runId).config, seed: 8, name: config.name }
    const other = await createRun(experiment.store, own, experiment.folder)
    await runSession({ ...experiment, config: own, ...other })
    const page = await open()
    const card = page.getByRole('region', { name: 'Over the rounds' })
    const picture = card.getByRole('img', { name: /^Overlap of pairs over the rounds/ })
    await picture.waitFor()
    await card.getByRole('checkbox', { name: 'seed 8 · seed 8' }).check()
    await card
      .getByRole('img', { name: /mean of 2 seeds/ })
      .first()
      .waitFor()
    const rows = await savedRows(page, 'Save tiny overlap over rounds as CSV')
    const overlap = (run: string, round: number) =>
      jaccard(experiment.store.loadMask(run, 'pos', round)!, experiment.store.loadMask(run, 'np', round)!)
    const [one, two] = [overlap(experiment.runId, 1), overlap(other.runId, 1)]
    const found = rows.find(([line, round]) => line === 'pos & np' && round === '1')!
    expect(Number(found[2])).toBeCloseTo((one + two) / 2)
    expect(Number(found[3])).toBeCloseTo(Math.abs(one - two) / Math.SQRT2)
    await card.getByRole('combobox', { name: 'Density of' }).selectOption('np, by layer')
    const densities = await savedRows(page, 'Save tiny density over rounds, np as CSV')
    expect(densities.map(([line]) => line)).toContain('bilstm.0.backward')
    experiment.store.deleteRun(other.runId)
  })

  test('units are sorted by how exclusive they are, and have words', async () => {
    const page = await open()
    const card = page.getByRole('region', { name: 'Hidden units' })
    await card.getByRole('rowheader').first().waitFor()
    const exclusive = async () =>
      (await card.locator('tbody td:nth-of-type(1)').allInnerTexts()).map((text) => parseFloat(text))
    const values = await exclusive()
    expect(values.length).toBeGreaterThan(3)
    expect(values).toEqual(values.toSorted((a, b) => b - a))
    await card.getByRole('button', { name: 'Find words on dev' }).click()
    await card.getByText(/Words by the mean absolute output/).waitFor()
    const rows = await savedRows(page, 'Save tiny units as CSV')
    expect(rows[1].at(-1)!.split(' ').length).toBeGreaterThan(3)
    await card.getByRole('button', { name: 'Unit', exact: true }).click()
    await eventually(() => card.getByRole('rowheader').first().innerText()).toMatch(/forward 0$/)
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test('trains jointly with a different subnet', async () => {
    const page = await open()
    const other = chosen().pos === 1 ? 2 : 1
    await page.getByRole('slider', { name: 'Round of pos' }).fill(String(other))
    await page.getByRole('button', { name: 'Train jointly' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByRole('row').filter({ hasText: 'pos' }).innerText()).toContain(
      percent(density(mask('pos', other))),
    )
    await dialog.getByLabel('Name').fill('picked by hand')
    await dialog.getByRole('button', { name: 'Start training' }).click()
    await page.getByRole('heading', { name: 'picked by hand' }).waitFor()
    const { store } = experiment
    const run = store.getRun('picked by hand')
    expect(run.config.tickets).toEqual({ run: experiment.runId, rounds: { ...chosen(), pos: other } })
    await eventually(() => store.getRun(run.id).status).toBe('finished')
    expect(store.getRun(run.id).report!.methods.map(({ method }) => method)).toEqual(['sparse'])
    store.deleteRun(run.id)
  })

  test('compares two runs, task by task', async () => {
    const config = tinyConfig({ methods: ['sparse'], name: 'other seed', seed: 7, imp: { maxRounds: 1, epochs: 1 } })
    const second = { ...experiment, config, ...(await createRun(experiment.store, config, experiment.folder)) }
    await runSession(second)
    const page = await open()
    await page.getByLabel('Compare with').selectOption({ label: `other seed · ${second.runId}` })
    const row = page
      .getByRole('region', { name: /differences of two runs/ })
      .getByRole('row')
      .filter({ hasText: 'np' })
    const round = experiment.store.getRun(second.runId).report!.tickets.find(({ task }) => task === 'np')!.chosen
    const both = keptCount(
      intersectAll([mask('np', chosen().np), experiment.store.loadMask(second.runId, 'np', round)!]),
    )
    await eventually(() => row.getByRole('cell').nth(1).innerText()).toBe(grouped(both))
    await row.getByRole('button', { name: 'Show this pair' }).click()
    await page.getByRole('button', { name: 'Single weights' }).click()
    await page.getByRole('button', { name: 'np A alone' }).waitFor()
    expect(await page.getByText('different seeds').count()).toBe(1)
    experiment.store.deleteRun(second.runId)
  })

  test('shows what to do where there is no subnet', async () => {
    const { store } = experiment
    const hard = store.createRun(newRun('dense', { config: tinyConfig({ methods: ['hard'] }) })).id
    const page = await open({ address: `#/runs/${hard}/subnets` })
    await page.getByRole('heading', { name: 'This run has no subnets' }).waitFor()
    // Created before the other is deleted: within a second its id could be reused, and the address be the same.
    const young = store.createRun(newRun('young')).id
    await page.evaluate(`location.hash = '#/runs/${young}/subnets'`)
    await page.getByRole('heading', { name: 'No subnet yet' }).waitFor()
    store.deleteRun(hard)
    store.deleteRun(young)
  })

  test.each([
    ['light', false],
    ['dark', true],
  ])('can be used by everyone: axe, and 200 % zoom, %s', async (_, dark) => {
    const page = await open({ dark, width: 640, height: 400 })
    await page.getByRole('heading', { name: 'Layer by layer' }).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
    expect(await accessibilityProblems(page)).toEqual([])
  })
})
