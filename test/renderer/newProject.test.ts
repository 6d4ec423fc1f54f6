/** From raw text and no model to a project: in Chromium over a real studio that has nothing yet. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStudio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

const FILES = {
  'letter.txt': 'Anna lives in Lyon. She works for the U.S. mail.\nIt rains.\n',
  'posts.csv': 'id,body,likes\n1,"Ben, from Oslo, sleeps.",3\n2,"Eva reads.",4\n',
  'notes.jsonl': '{"title": "a", "text": "Kim sings."}\n{"title": "b", "text": "Lea swims."}\n',
  'picture.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
}

describeWindow('a new annotation project', (openWindow) => {
  test.each([false, true])('begins with raw text of several formats, without any model (dark: %s)', async (dark) => {
    const studio = openStudio()
    const place = (name: keyof typeof FILES) => {
      const path = join(studio.folder, name)
      writeFileSync(path, FILES[name])
      return path
    }
    const page = await openWindow(studio.api, { dark })
    await page.getByRole('heading', { name: 'Train on a tagged corpus' }).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('link', { name: 'Label my own text' }).click()
    await page.getByRole('heading', { name: 'New annotation project' }).waitFor()
    const start = page.getByRole('button', { name: 'Start labelling' })
    const picker = page.getByLabel('Files of text')
    expect(await start.isDisabled()).toBe(true)
    await page.getByText('Choose the text to label.').waitFor()

    await picker.setInputFiles([place('letter.txt'), place('posts.csv'), place('notes.jsonl')])
    const letter = page.getByRole('article', { name: /letter\.txt/ })
    await letter.getByText(/running text: 3 sentences, 15 words/i).waitFor()
    expect(await letter.getByRole('listitem').allInnerTexts()).toEqual([
      'Anna lives in Lyon.',
      'She works for the U.S. mail.',
      'It rains.',
    ])
    const posts = page.getByRole('article', { name: /posts\.csv/ })
    await posts.getByText(/table with a column of text: 2 sentences/i).waitFor()
    expect(await posts.getByLabel('Column of the text').locator('option:checked').innerText()).toBe('body')
    const notes = page.getByRole('article', { name: /notes\.jsonl/ })
    await notes.getByText('Kim sings.').waitFor()
    await notes.getByLabel('Field of the text').selectOption('title')
    await notes.getByText('a', { exact: true }).waitFor()
    await notes.getByLabel('Field of the text').selectOption('text')
    await notes.getByText('Kim sings.').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])

    await picker.setInputFiles(place('picture.png'))
    const picture = page.getByRole('article', { name: /picture\.png/ })
    await picture.getByRole('alert').waitFor()
    expect(await start.isDisabled()).toBe(true)
    await picture.getByRole('button', { name: 'Remove picture.png' }).click()

    await page.getByText('Give each task a name.').waitFor()
    await page.getByLabel('Task', { exact: true }).fill('ner')
    await page.getByLabel('Labels', { exact: true }).fill('PER, LOC,PER')
    await page.getByLabel('Name', { exact: true }).fill(`first ${dark}`)
    await start.click()
    await page.getByRole('heading', { name: `first ${dark}` }).waitFor()
    await page.locator('.sentence').waitFor()
    const [project] = studio.store.annotation.list()
    expect(project.tasks.map(({ name, kind, labels }) => [name, kind, labels.map((label) => label.name)])).toEqual([
      ['ner', 'span', ['PER', 'LOC']],
    ])
    expect(project.counts.open).toBe(7)
    expect(project.model).toBeNull()
    expect(project.sources.map(({ name, sentences }) => [name, sentences])).toEqual([
      ['letter.txt', 3],
      ['posts.csv', 2],
      ['notes.jsonl', 2],
    ])
    await page.goto(page.url().replace(/#.*/, '#/corrections'))
    await page.getByRole('link', { name: `first ${dark}` }).waitFor()
  })

  test('takes pasted text, right to left, and a small window', async () => {
    const studio = openStudio()
    const page = await openWindow(studio.api, { address: '#/annotate/new', width: 420, height: 800 })
    await page.getByLabel('Pasted text').check()
    await page.getByLabel('Text to label').fill('שלום עולם. אני גר בחיפה.')
    await page.getByText(/2 sentences/).waitFor()
    const direction = 'getComputedStyle(document.querySelector(\'ol[aria-label="First sentences"] li\')).direction'
    expect(await page.evaluate(direction)).toBe('rtl')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(420)
    expect(await accessibilityProblems(page)).toEqual([])
  })
})
