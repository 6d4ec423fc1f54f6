/** Corpora in the window, in Chromium over the real program: picked, inspected, corrected, imported. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { cellOf, nameProblems, type ColumnChoice } from '../../renderer/features/datasets/choices.ts'
import { lengthBars } from '../../renderer/features/datasets/lengths.ts'
import { assignSplits, corpusNameOf, splitOf } from '../../renderer/features/datasets/fileNames.ts'
import { corpusText, folderOf } from '../support/corpus.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

const SAMPLE = fileURLToPath(new URL('../../resources/sample/', import.meta.url))

describe('names of files', () => {
  test.each([
    ['eng.train', 'train'],
    ['eng.testa', 'dev'],
    ['eng.testb', 'test'],
    ['en_ewt-ud-dev.conllu', 'dev'],
    ['wnut17train.conll', 'train'],
    ['valid.txt', 'dev'],
    ['emerging.test.annotated', 'test'],
    ['latest.txt', null],
    ['news.txt', null],
  ])('%s is %s', (name, split) => expect(splitOf(name)).toBe(split))

  test('files without a split fill the free places, train first', () => {
    const files = ['a.txt', 'dev.txt', 'b.txt', 'c.txt', 'd.txt'].map((name) => ({ name }))
    expect(assignSplits(files)).toEqual({ train: { name: 'a.txt' }, dev: { name: 'dev.txt' }, test: { name: 'b.txt' } })
    expect(assignSplits([{ name: 'a.txt' }], ['train'])).toEqual({ dev: { name: 'a.txt' } })
  })

  test.each([
    ['ewt-train.conllu', 'ewt'],
    ['en_ewt-ud-train.conllu', 'en_ewt'],
    ['eng.train', 'eng'],
    ['train.txt', 'corpus'],
    ['wnut17train.conll.gz', 'wnut17'],
    ['news.txt', 'news 2'],
  ])('%s makes the corpus %s', (file, name) => expect(corpusNameOf(file, ['news'])).toBe(name))
})

test('columns: tasks need names that differ, MISC shows its keys', () => {
  const choice = (column: number, name: string): ColumnChoice => ({
    info: { column, title: '', index: column, distinct: 2, examples: [], role: 'tags', guess: null },
    role: 'task',
    name,
    reading: 'token',
  })
  expect([
    ...nameProblems([choice(1, 'pos'), choice(2, 'ner'), choice(3, 'ner'), choice(4, 'a b'), choice(5, '')]),
  ]).toEqual([
    [2, 'Another task has this name.'],
    [3, 'Another task has this name.'],
    [4, 'Letters, digits, _ and - only.'],
    [5, 'Needs a name.'],
  ])
  const np = { ...choice(0, 'np').info, column: 'MISC:NP', index: 1 }
  expect(['SpaceAfter=No|NP=B-NP', '_'].map((misc) => cellOf(['x', misc], np))).toEqual(['B-NP', '_'])
})

test('lengths: shares of each split, very long sentences in the last bar', () => {
  const figures = (lengths: number[]) => ({
    sentences: lengths.reduce((a, b) => a + b),
    tokens: 0,
    longest: 0,
    lengths,
    labels: [],
    spans: null,
  })
  const { categories, series } = lengthBars([
    { split: 'train', figures: figures([1, 0, ...new Array<number>(18).fill(0), 3]) },
    { split: 'dev', figures: figures([2, 2]) },
  ])
  expect([categories[0], categories.at(-1), categories.length]).toEqual(['1–5', 'over 75', 16])
  expect(series).toEqual([
    { name: 'train', values: [25, ...new Array<number>(14).fill(0), 75] },
    { name: 'dev', values: [50, 50, ...new Array<number>(14).fill(0)] },
  ])
})

describeWindow('corpora in the window', (openWindow) => {
  const open = (studio: Studio, options: WindowOptions = {}) =>
    openWindow(studio.api, { address: '#/datasets', ...options }, () => studio.close())
  const pick = (page: Page, files: string[]) => page.getByLabel('Files of all splits').setInputFiles(files)
  const importButton = (page: Page) => page.getByRole('button', { name: /^Import [\d,]+ sentences$/ })
  const overflow = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  test('without corpora: the sample is one click away, and can be trained on', async () => {
    const page = await open(openStudio())
    await page.getByRole('heading', { name: 'No corpora yet' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Import the sample corpus' }).click()
    await page.getByRole('heading', { name: 'sample', exact: true }).waitFor()
    expect(
      await page
        .getByRole('region', { name: 'Table: sample-splits' })
        .getByRole('row', { name: /^train 1,500 19,377 12\.9 30$/ })
        .count(),
    ).toBe(1)
    expect(await page.getByText(/of the dev tokens \(\d+\) are words that do not occur in train/).count()).toBe(1)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('link', { name: 'Train on this corpus' }).click()
    await page.getByRole('heading', { name: 'New run' }).waitFor()
  })

  test('sentences of a corpus are read and filtered before any run', async () => {
    const page = await open(openStudio())
    await page.getByRole('button', { name: 'Import the sample corpus' }).click()
    const card = page.getByRole('region', { name: 'Sentences', exact: true })
    const count = card.getByRole('status')
    await expect.poll(() => count.innerText()).toBe('1,500 of 1,500 sentences')
    const shown = card.getByRole('region', { name: /^Sentence \d+$/ })
    await shown.first().waitFor()
    // Only what is in view is drawn; the rest comes as it is scrolled to.
    expect(await shown.count()).toBeLessThan(40)
    // Heights are measured as sentences are drawn, which moves the end.
    await expect
      .poll(
        async () => {
          await card.getByRole('region', { name: 'Sentences of train' }).evaluate((box) => {
            ;(box as unknown as { scrollTop: number }).scrollTop = 1e6
          })
          return card.getByRole('region', { name: 'Sentence 1500', exact: true }).count()
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    await card.getByRole('combobox', { name: 'Split' }).selectOption('dev')
    await card.getByRole('checkbox', { name: 'With words not in train' }).check()
    await card.getByRole('spinbutton', { name: 'Most words' }).fill('5')
    await expect.poll(() => count.innerText()).toMatch(/^\d+ of 300 sentences$/)
    await expect.poll(() => card.locator('.unseen').count()).toBeGreaterThan(0)
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })

  test('picks three files at once, corrects the guess, imports, renames, deletes', async () => {
    const page = await open(openStudio(), { address: '#/datasets/import' })
    await pick(
      page,
      ['test', 'train', 'dev'].map((split) => join(SAMPLE, `ewt-${split}.conllu`)),
    )
    await page.getByText('No problems: all lines were read.').waitFor()
    expect(
      await page
        .getByLabel('Tags of MISC:NP')
        .evaluate((select) => (select as unknown as { selectedOptions: { text: string }[] }).selectedOptions[0].text),
    ).toBe('Spans, IOB2 – detected')
    expect(await page.getByLabel('Role of DEPREL').inputValue()).toBe('ignore')
    await page.getByLabel('Role of XPOS').selectOption('ignore')
    await page.getByLabel('Name of the task in UPOS').fill('np')
    await page.getByText('Another task has this name.').first().waitFor()
    await page.getByLabel('Name of the task in UPOS').fill('pos')
    await page.getByRole('region', { name: 'Table: ewt-pos-tokens' }).waitFor()
    expect(await page.getByRole('region', { name: /ewt-xpos/ }).count()).toBe(0)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByLabel('Name', { exact: true }).fill('web')
    await page.getByRole('button', { name: 'Import 2,100 sentences' }).click()
    await page.getByRole('heading', { name: 'web', exact: true }).waitFor()
    expect(await page.getByText('pos in UPOS, np in MISC:NP').count()).toBe(1)

    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByLabel('New name').fill('web English')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'web English' }).waitFor()
    await page.getByRole('link', { name: '← Datasets' }).click()
    await page
      .getByRole('row', { name: /web English pos, np CoNLL-U 1,500 300 300/ })
      .getByRole('link')
      .click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog', { name: 'Delete this corpus?' }).getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'No corpora yet' }).waitFor()
  })

  test('shows problems with their lines, imports the good sentences, and saves the others', async () => {
    const text = corpusText('faulty', 30)
    const folder = folderOf({ 'made.train': `${text}\nshort\n\nword NOUN Oops\n` })
    const page = await open(openStudio(), { address: '#/datasets/import', width: 640, height: 400, dark: true })
    await pick(page, [join(folder, 'made.train')])
    await page.getByText('30 good sentences, 2 rejected').waitFor()
    const line = text.split('\n').length
    const rows = page.getByRole('region', { name: 'problems of made.train' }).getByRole('row')
    expect((await rows.allInnerTexts()).slice(1).map((row) => row.replaceAll(/\s+/g, ' ').trim())).toEqual([
      `${line + 1} found 1 column separated by spaces ("short"), expected at least 3`,
      `${line + 3} chunk found the tag Oops, expected a tag of the scheme IOB2`,
    ])
    expect(await importButton(page).isDisabled()).toBe(true)
    expect(await overflow(page)).toBe(0)
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByLabel('Import the good sentences').check()
    await importButton(page).click()
    await page.getByRole('heading', { name: 'made', exact: true }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^2 · save/ }).click(),
    ])
    expect(download.suggestedFilename()).toBe('rejected-made.train')
    expect(readFileSync(await download.path(), 'utf8')).toBe('short\n\nword NOUN Oops\n\n')
    expect(await overflow(page)).toBe(0)
  })

  test('reports what is no corpus, and takes a file by its path', async () => {
    const folder = folderOf({ 'notes.txt': 'only\nwords\n', 'made.txt': corpusText('path', 12) })
    const page = await open(openStudio(), { address: '#/datasets/import' })
    await pick(page, [join(folder, 'notes.txt')])
    await page.getByText('notes.txt: found one column, expected at least two').waitFor()
    await page.getByRole('button', { name: 'Remove train file' }).click()
    await page.getByLabel(/^or by path/).fill(join(folder, 'nothing.txt'))
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByText('found no such file').waitFor()
    await page.getByRole('button', { name: 'Start over' }).click()
    await page.getByLabel(/^or by path/).fill(join(folder, 'made.txt'))
    await page.getByRole('button', { name: 'Open' }).click()
    await page.getByRole('button', { name: 'Import 12 sentences' }).waitFor()
  })

  test('annotations of another tool: spans that don’t match are listed, snapped or skipped; saved for a third tool', async () => {
    const task = (text: string, ...spans: [number, number, string][]) => ({
      data: { text },
      annotations: [
        {
          result: spans.map(([start, end, label]) => ({
            type: 'labels',
            from_name: 'who',
            to_name: 'text',
            value: { start, end, text: text.slice(start, end), labels: [label] },
          })),
        },
      ],
    })
    const folder = folderOf({
      'people-train.json': JSON.stringify([
        task('Ada met Babbage.', [0, 3, 'PER'], [9, 15, 'PER']),
        task('In London', [3, 9, 'LOC']),
        task('Byron left', [0, 5, 'PER']),
      ]),
    })
    const page = await open(openStudio(), { address: '#/datasets/import' })
    await pick(page, [join(folder, 'people-train.json')])
    await page.getByRole('heading', { name: 'Spans that don’t match word boundaries' }).waitFor()
    expect(await page.getByLabel('Spans of train that don’t match').innerText()).toMatch(
      /people-train\.json:1: who: "abbage" \(PER, characters 9 to 15\) cuts the token 2, "Babbage"/,
    )
    expect(await importButton(page).count()).toBe(0)
    expect(await accessibilityProblems(page)).toEqual([])
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'misfits.png'), fullPage: true })
    await page.getByLabel('Skip:').check()
    await page.getByText(/: left out$/).waitFor()
    await page.getByLabel('Snap:').check()
    await page.getByText(/taken as the token 2, "Babbage"$/).waitFor()
    await page.getByText('Label Studio: 3 texts').waitFor()
    expect(await page.getByLabel('Name of the task in column 1').inputValue()).toBe('who')
    await page.getByRole('button', { name: 'Import 3 sentences' }).click()
    await page.getByRole('heading', { name: 'people', exact: true }).waitFor()

    await page.getByRole('button', { name: 'Save as…' }).click()
    await page.getByLabel('Prodigy').check()
    expect(await accessibilityProblems(page)).toEqual([])
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save', exact: true }).click(),
    ])
    expect(download.suggestedFilename()).toBe('people-train-prodigy.jsonl')
    const [first] = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(
      first.spans.map(({ start, end, label }: { start: number; end: number; label: string }) => [
        first.text.slice(start, end),
        label,
      ]),
    ).toEqual([
      ['Ada', 'PER'],
      ['Babbage', 'PER'],
    ])
    await page.getByText('Saved people-train-prodigy.jsonl: 3 sentences.').waitFor()
  })

  test('takes files dropped anywhere', async () => {
    const page = await open(openStudio(), { address: '#/datasets/import' })
    await page.getByRole('heading', { name: 'Import a corpus' }).waitFor()
    await page.evaluate(`{
      const data = new DataTransfer()
      data.items.add(new File([${JSON.stringify(corpusText('dropped', 9))}], 'dropped-train.txt'))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }))
    }`)
    await page.getByRole('button', { name: 'Import 9 sentences' }).waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('dropped')
  })
})
