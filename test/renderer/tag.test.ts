/** The view that tags text, in Chromium, over a real run: the tags shown and saved are those that the tagger gives. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import type { Page } from 'playwright'
import { beforeAll, expect, test } from 'vitest'
import { TaggingEngine } from '../../main/tagger/engine.ts'
import { tagInput } from '../../main/tagger/index.ts'
import { loadModel } from '../../main/tagger/model.ts'
import { sentencesOf } from '../../main/tagger/readers.ts'
import { taggedSentences } from '../../main/tagger/tagged.ts'
import type { Method } from '../../shared/settings/methods.ts'
import type { TagJob } from '../../shared/tags/tagging.ts'
import { openTestApi } from '../support/api.ts'
import { FASTEST } from '../support/backends.ts'
import { folderOf, tinyConfig } from '../support/corpus.ts'
import { created, finished, type Experiment } from '../support/experiments.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow, type WindowOptions } from './describeWindow.ts'

/** The page has its time, also on a machine that is busy. */
const eventually = <T>(found: () => T | Promise<T>) => expect.poll(found)
const TEXT = 'dbm acn obm. Abn dcm\n👍🏽 e\u0301cn dgn ogm ibn'
const PAINT = { bold: String, dim: String, good: String }

describeWindow('the view that tags text', (openWindow) => {
  let experiment: Experiment

  beforeAll(async () => {
    experiment = await finished(
      tinyConfig({ methods: ['sparse', 'hard'], optimizer: { learningRate: 0.5 }, joint: { epochs: 10 } }),
    )
    await FASTEST.use()
  })

  function open({ store, runId }: Experiment, options: WindowOptions = {}): Promise<Page> {
    const api = openTestApi(store)
    return openWindow(api, { address: `#/runs/${runId}/tag`, ...options }, () => api.close())
  }

  /** As the tagger has it. */
  async function expected(text: string, method: Method) {
    const model = loadModel(experiment.store, experiment.runId, { method })
    const engine = new TaggingEngine(model)
    const sentences = sentencesOf(text, 'text')
    const tagged = taggedSentences(
      sentences,
      await engine.tag(
        sentences.map(({ words }) => words),
        true,
      ),
      model.info.tasks,
      'asTrained',
    )
    engine.dispose()
    return tagged
  }

  /** Of each sentence its words, each with its tag of pos, and the type of the span of np that begins there or '─' where one goes on. */
  function shown(page: Page): Promise<string[][][]> {
    return page.evaluate(`Array.from(document.querySelectorAll('.sentences > li'), (item) => Array.from(item.querySelectorAll('ol > li'), (word) => {
      const own = (tag) => [...tag.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ data }) => data.trim()).join('')
      const [pos, np] = word.querySelectorAll('.tag')
      const span = np.matches('.span.first') ? own(np) : np.matches('.span') ? '─' : ''
      return [word.querySelector('.word').textContent, own(pos), span]
    }))`)
  }

  async function rowsOf(text: string, method: Method) {
    return (await expected(text, method)).map(({ sentence: { words }, tasks: [pos, np] }) =>
      words.map((word, t) => {
        const span = np.spans!.find(({ from, to }) => from <= t && t < to)
        return [word, pos.tags[t], span === undefined ? '' : span.from === t ? span.type : '─']
      }),
    )
  }

  async function savedFile(page: Page): Promise<string> {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save', exact: true }).click(),
    ])
    return readFileSync(await file.path(), 'utf8')
  }

  test('tags while typing, with the chosen method and tasks', async () => {
    const page = await open(experiment, { address: `#/runs/${experiment.runId}` })
    await page.getByRole('link', { name: 'Tag text' }).click()
    const input = page.getByRole('textbox', { name: 'Text to tag' })
    await input.focus()
    await page.keyboard.insertText(TEXT)
    await page.getByLabel('Mark below').fill('0.5')
    await page.locator('.sentences > li').first().waitFor()
    const words = () => shown(page)
    await eventually(words).toEqual(await rowsOf(TEXT, 'sparse'))
    expect(await page.getByRole('status').first().innerText()).toMatch(/^3 sentences, 11 words/)

    await page.getByLabel('Method').selectOption('hard sharing')
    await eventually(words).toEqual(await rowsOf(TEXT, 'hard'))
    await input.press('Control+End')
    await page.keyboard.type(' acm')
    await eventually(words).toEqual(await rowsOf(`${TEXT} acm`, 'hard'))

    await page.getByLabel('pos').uncheck()
    await eventually(() => page.locator('.names').first().innerText()).toBe('np')
    expect(await page.getByLabel('np').isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByText('appear here as you type').waitFor()
  })

  test('spans are marked in the text, with type and confidence; uncertain ones are marked', async () => {
    const page = await open(experiment)
    await page.getByLabel('Text to tag').fill(TEXT)
    await page.getByLabel('spans in the text').check()
    const spans = (await expected(TEXT, 'sparse')).flatMap(({ sentence: { text, offsets }, tasks: [, np] }) =>
      np.spans!.map(({ from, to, confidence }) => ({
        text: text.slice(offsets[2 * from], offsets[2 * to - 1]),
        confidence: confidence!,
      })),
    )
    expect(spans.length).toBeGreaterThan(0)
    await page.getByLabel('Mark below').fill('0.99')
    const marks = () =>
      page
        .locator('mark')
        .evaluateAll((all) =>
          all.map((mark) => (mark as { textContent: string }).textContent.replaceAll('\u00a0', ' ')),
        )
    const percentOf = (confidence: number) => (confidence >= 0.9995 ? 100 : Math.min(99, Math.round(100 * confidence)))
    await eventually(marks).toEqual(
      spans.map(({ text, confidence }) => `${text}NP ${percentOf(confidence)} %${confidence < 0.99 ? ' ?' : ''}`),
    )
  })

  test('files and the clipboard hold what the command line writes', async () => {
    const page = await open(experiment)
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByLabel('Text to tag').fill(TEXT)
    await page.getByLabel('File format').waitFor()
    const written = async (format: 'conll' | 'jsonl', offsets: TagJob['output']['offsets']) => {
      let text = ''
      const bytes = async function* () {
        yield new TextEncoder().encode(TEXT)
      }
      await tagInput(
        { store: experiment.store, run: experiment.runId },
        {
          threads: 1,
          input: { name: 'typed', path: null, format: 'text', words: 0, bytes },
          output: {
            format,
            offsets,
            scheme: 'asTrained',
            confidence: true,
            columns: 80,
            paint: PAINT,
            write: async (piece) => void (text += piece),
          },
          onReady() {},
          onWarning() {},
        },
      )
      return text
    }
    expect(await savedFile(page)).toBe(await written('conll', 'codePoints'))
    await page.getByLabel('File format').selectOption('JSON lines')
    expect(await savedFile(page)).toBe(await written('jsonl', 'codePoints'))
    await page.getByLabel('Offsets in').selectOption('UTF-16 units (JavaScript)')
    await page.getByRole('button', { name: 'Copy' }).click()
    await page.getByText('Copied.').waitFor()
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await written('jsonl', 'utf16'))
  })

  test('highlighted text and the files of annotation tools are written by the program', async () => {
    const page = await open(experiment)
    await page.getByLabel('Text to tag').fill(TEXT)
    await page.getByLabel('File format').selectOption('Highlighted text (HTML)')
    const html = await savedFile(page)
    const spans = (await expected(TEXT, 'sparse')).flatMap(({ tasks: [, np] }) => np.spans!)
    expect(html.match(/<mark /g)).toHaveLength(spans.length)
    await page.getByLabel('File format').selectOption('Label Studio')
    await page.getByLabel('pos').uncheck()
    const tasks: { data: { text: string }; predictions: { result: object[] }[] }[] = JSON.parse(await savedFile(page))
    expect(tasks.map(({ data: { text } }) => text)).toEqual(
      (await expected(TEXT, 'sparse')).map(({ sentence }) => sentence.text),
    )
    expect(tasks.flatMap(({ predictions: [{ result }] }) => result)).toHaveLength(spans.length)
    await page.getByText("the project's labelling set-up").waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'tag.png'), fullPage: true })
    const read = await page.context().browser()!.newPage()
    await read.setContent(html)
    expect(await read.locator('mark').count()).toBe(spans.length)
    expect(await accessibilityProblems(read)).toEqual([])
    if (process.env.SHOTS) await read.screenshot({ path: join(process.env.SHOTS, 'highlighted.png'), fullPage: true })
    await read.close()
  })

  test("subnets are saved from the run's page as one archive", async () => {
    const page = await open(experiment, { address: `#/runs/${experiment.runId}` })
    await page.getByText('More', { exact: true }).click()
    await page.getByRole('button', { name: 'Export subnets…' }).click()
    await page.getByLabel('ONNX').check()
    expect(await accessibilityProblems(page)).toEqual([])
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'export.png'), fullPage: true })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('dialog').getByRole('button', { name: 'Save' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('tiny-sparse.zip')
    const files = unzipSync(readFileSync(await download.path()))
    expect(Object.keys(files)).toEqual([
      'pos.safetensors',
      'np.safetensors',
      'pos.onnx',
      'np.onnx',
      'model.onnx',
      'vocabulary.json',
      'tokens.json',
      'config.yaml',
      'README.md',
    ])
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('a long file is tagged in pieces, whole; one that is not text is refused', async () => {
    const long = Array.from({ length: 300 }, (_, i) => `${TEXT.split('\n')[i % 2]} e${i}`).join('\n')
    const folder = folderOf({ 'long.txt': long.replaceAll('\n', '\r\n') })
    const page = await open(experiment)
    const picker = page.getByLabel('Text file')
    await picker.setInputFiles({ name: 'picture.txt', mimeType: 'text/plain', buffer: Buffer.from([0xff, 0xfe, 0x80]) })
    await eventually(() => page.getByRole('alert').innerText()).toBe('picture.txt is not text in UTF-8.')
    await picker.setInputFiles(join(folder, 'long.txt'))
    const sentences = await expected(long, 'sparse')
    await eventually(() => page.getByRole('status').first().innerText()).toContain(
      `${sentences.length} sentences, ${sentences.reduce((sum, { sentence }) => sum + sentence.words.length, 0).toLocaleString('en')} words`,
    )
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await page.locator('.sentences > li').count()).toBe(50)
    await page.getByRole('button', { name: 'Show 50 more' }).click()
    expect(await page.locator('.sentences > li').count()).toBe(100)
    await eventually(() => page.getByRole('button', { name: 'Save', exact: true }).isEnabled()).toBe(true)
    await page.getByLabel('File format').selectOption('CSV, one row per word')
    const rows = (await savedFile(page))
      .trim()
      .split('\r\n')
      .slice(1)
      .map((row) => row.split(','))
    expect(rows.map(([, , start, end]) => [...long].slice(Number(start), Number(end)).join(''))).toEqual(
      rows.map(([, , , , word]) => word),
    )
    expect(rows.map((row) => row[5])).toEqual(sentences.flatMap(({ tasks }) => tasks[0].tags))
  })

  test('a run without trained networks says so, and links to its page', async () => {
    const untrained = await created(tinyConfig())
    const page = await open(untrained)
    await page.getByRole('heading', { name: 'No trained network yet' }).waitFor()
    expect(await page.locator('main').innerText()).toContain('this run has none: its training has not finished')
    await page.getByRole('link', { name: 'Open the run' }).click()
    await page.getByRole('heading', { name: 'tiny' }).waitFor()
    expect(await page.getByRole('link', { name: 'Tag text' }).count()).toBe(0)
  })

  test.each([false, true])('fits a small window and is accessible (dark: %s)', async (dark) => {
    const page = await open(experiment, { dark, width: 640, height: 400 })
    await page.getByLabel('Text to tag').fill(TEXT)
    await page.getByLabel('all confidences').check()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByLabel('spans in the text').check()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(640)
  })
})
