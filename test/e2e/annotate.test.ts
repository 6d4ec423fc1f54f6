/**
 * The whole way of an annotator, in Chromium over a real studio: raw text without labels or model, two labels, sixty
 * sentences, a tagger of her own, its suggestions, a second person, agreement, settled differences, and out to another
 * tool and back.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { describeWindow } from '../renderer/describeWindow.ts'
import { uploaded } from '../support/upload.ts'
import { openStudio, type Studio } from '../support/studio.ts'

const PATIENCE = { timeout: 200_000 }
/** Noun phrases of the sample as gold spans, by the words of the sentence; no sentence twice. */
const SAMPLE = new URL('../../resources/sample/ewt-train.conllu', import.meta.url)

interface Gold {
  words: string[]
  spans: { type: string; from: number; to: number }[]
}

function goldSentences(): Gold[] {
  const blocks = readFileSync(SAMPLE, 'utf8').split(/\n\n+/)
  const found = blocks.flatMap((block): Gold[] => {
    const rows = block.split('\n').filter((line) => /^\d+\t/.test(line))
    const cells = rows.map((row) => row.split('\t'))
    const spans: Gold['spans'] = []
    cells.forEach((fields, t) => {
      const tag = /NP=([^|]+)/.exec(fields[9])?.[1] ?? 'O'
      const last = spans.at(-1)
      if (tag.startsWith('B')) spans.push({ type: 'NP', from: t, to: t + 1 })
      else if (tag.startsWith('I') && last?.to === t) last.to++
    })
    return cells.length < 4 || cells.length > 25 ? [] : [{ words: cells.map(([, word]) => word), spans }]
  })
  return [...new Map(found.map((one) => [one.words.join(' '), one])).values()].slice(0, 300)
}

describeWindow('the whole way of an annotator', (openWindow) => {
  test('from raw text to a tagger of her own, checked by a second person', { timeout: 900_000 }, async () => {
    const gold = goldSentences()
    expect(gold.length).toBe(300)
    const studio = openStudio()
    const raw = join(studio.folder, 'raw.txt')
    writeFileSync(raw, gold.map(({ words }) => words.join(' ')).join('\n'))
    const page = await openWindow(studio.api, { width: 1400, height: 900 })

    await page.getByRole('link', { name: 'Label my own text' }).click()
    await page.getByLabel('Files of text').setInputFiles(raw)
    await page.getByLabel('Read as').selectOption('tokens')
    await page.getByText(/300 sentences/).waitFor(PATIENCE)
    await page.getByLabel('Task', { exact: true }).fill('np')
    await page.getByLabel('Labels', { exact: true }).fill('NP, OTHER')
    await page.getByRole('button', { name: 'Start labelling' }).click()
    await page.getByRole('heading', { name: 'Sentence 1', exact: true }).waitFor(PATIENCE)
    const project = decodeURIComponent(page.url().split('/').at(-1)!)

    await labelByKeys(page, gold.slice(0, 2))
    await labelTheRest(studio, project, gold.slice(0, 60))
    expect(studio.store.annotation.item(project, 0).answers![0].spans).toEqual(gold[0].spans)

    await page.getByRole('button', { name: 'Train on it' }).click()
    await page.getByText(/it suggests labels for the open sentences/).waitFor(PATIENCE)
    await expect.poll(() => studio.store.annotation.item(project, 100).suggestion?.from, PATIENCE).toBe('run')
    expect(studio.store.annotation.item(project, 5).answers![0].spans).toEqual(gold[5].spans)
    await page.getByRole('heading', { name: 'Suggestions' }).waitFor(PATIENCE)
    await expect.poll(async () => (await detailOf(studio, project)).suggesting, PATIENCE).toBe(false)

    await correctTwenty(studio, project, gold)
    await secondPerson(page, studio, project, gold)
    await outAndBack(studio, project, gold)
  })
})

const detailOf = (studio: Studio, project: string) => studio.ask('annotate.get', { project })

/** Every span by mouse and key, as a person does. */
async function labelByKeys(page: Page, sentences: readonly Gold[]): Promise<void> {
  for (const [i, { spans }] of sentences.entries()) {
    await page.getByRole('heading', { name: `Sentence ${i + 1}`, exact: true }).waitFor()
    const words = page.locator('.sentence ol button')
    for (const { from, to } of spans) {
      await words.nth(from).click()
      for (let t = from + 1; t < to; t++) await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('1')
    }
    await page.keyboard.press('Enter')
  }
  await page.getByRole('heading', { name: `Sentence ${sentences.length + 1}`, exact: true }).waitFor()
}

const QUEUE = { order: 'file', filter: 'all' } as const

async function labelTheRest(studio: Studio, project: string, sentences: readonly Gold[]): Promise<void> {
  for (const [position, { spans }] of sentences.entries()) {
    const item = studio.store.annotation.item(project, position)
    if (item.state !== 'open') continue
    await decide(studio, project, position, spans)
  }
}

function decide(studio: Studio, project: string, position: number, spans: Gold['spans']) {
  const { revision } = studio.store.annotation.item(project, position)
  const answers = [{ task: 'np', labels: null, spans }]
  return studio.ask('annotate.decide', { project, ...QUEUE, position, revision, answers })
}

/** The least certain first, as the queue offers them. */
async function correctTwenty(studio: Studio, project: string, gold: readonly Gold[]): Promise<void> {
  for (let n = 0; n < 20; n++) {
    const { position } = await studio.ask('annotate.step', {
      project,
      order: 'uncertain',
      filter: 'open',
      position: null,
      direction: 'next',
    })
    expect(studio.store.annotation.item(project, position!).suggestion!.uncertainty).toBeGreaterThan(0)
    await decide(studio, project, position!, gold[position!].spans)
  }
  const { counts } = await detailOf(studio, project)
  expect(counts.accepted + counts.fixed).toBe(80)
}

/** Another person has the same labels but for one sentence, which is settled in the window. */
async function secondPerson(page: Page, studio: Studio, project: string, gold: readonly Gold[]): Promise<void> {
  const others = gold.slice(0, 30).map(({ words, spans }, i) => {
    const own = i === 7 ? [] : spans
    return words
      .map((word, t) => {
        const span = own.find(({ from, to }) => from <= t && t < to)
        return `${word}\t${span === undefined ? 'O' : `${span.from === t ? 'B' : 'I'}-NP`}`
      })
      .join('\n')
  })
  const file = join(studio.folder, 'second.conll')
  writeFileSync(file, `${others.join('\n\n')}\n\n`)
  await page.getByRole('button', { name: 'People…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Bea')
  await dialog.getByLabel('File of another person').setInputFiles(file)
  await dialog.getByText(/30 sentences decided by Bea/).waitFor(PATIENCE)
  await dialog.getByRole('row', { name: /^np .*Bea/ }).waitFor()
  const [agreement] = await studio.ask('annotate.agreement', { project })
  expect(agreement).toMatchObject({ sentences: 30, differ: 1 })
  expect(agreement.kappa).toBeGreaterThan(0.9)
  expect(agreement.kappa).toBeLessThan(1)
  await dialog.getByRole('button', { name: 'Settle 1 difference' }).click()
  await page.getByRole('heading', { name: 'Sentence 8', exact: true }).waitFor(PATIENCE)
  await page.getByRole('button', { name: 'Take these of Bea' }).click()
  await page.keyboard.press('Escape')
  await page.locator('.decision-bar button.primary').click()
  await expect.poll(() => studio.store.annotation.item(project, 7).settled, PATIENCE).toBe(true)
  const settled = studio.store.annotation.item(project, 7)
  expect(settled.answers![0].spans).toEqual([])
  expect(settled.others.map(({ annotator }) => annotator)).toContain('Bea')
  await expect.poll(async () => (await detailOf(studio, project)).differ, PATIENCE).toBe(0)
}

/** What doccano would give back says the same as what went out. */
async function outAndBack(studio: Studio, project: string, gold: readonly Gold[]): Promise<void> {
  const { file } = await studio.ask('annotate.export', { project, format: 'doccano' })
  const { data } = await studio.ask('files.read', { file: file.file, from: 0 })
  const lines = Buffer.from(data, 'base64').toString().trim().split('\n')
  expect(lines.length).toBe(80)
  writeFileSync(join(studio.folder, 'back.jsonl'), `${lines.join('\n')}\n`)
  const back = await uploaded(studio, 'back.jsonl')
  const { matched, missing } = await studio.ask('annotate.importDecisions', {
    project,
    file: back,
    annotator: 'doccano',
  })
  expect([matched, missing]).toEqual([80, 0])
  const [agreement] = await studio.ask('annotate.agreement', { project })
  const pair = agreement.pairs.find(({ a, b }) => [a, b].includes('doccano') && ![a, b].includes('Bea'))!
  // All but the settled sentence, in which her first decision is kept.
  expect(pair.spanF1).toBeGreaterThan(0.99)
  expect(pair.spanF1).toBeLessThan(1)
  expect(gold.length).toBe(300)
}
