/** Labelling raw text without any model, in Chromium over a real studio. */
import { expect, test } from 'vitest'
import { parseMarkdown } from '../../renderer/features/annotate/markdown.ts'
import { openStudio, type Studio } from '../support/studio.ts'
import { accessibilityProblems } from './axe.ts'
import { describeWindow } from './describeWindow.ts'

const TEXT = ['Anna lives in Lyon.', 'Ben left Lyon.', 'Lyon is far.', 'It rains in New York.'].join('\n')

const created = (studio: Studio) =>
  studio.ask('annotate.create', {
    name: 'letters',
    sources: [{ kind: 'text', name: 'letters', text: TEXT }],
    tasks: [
      { name: 'ner', kind: 'span', labels: ['PER', 'LOC'] },
      { name: 'pos', kind: 'token', labels: ['N', 'V', 'X'] },
    ],
  })

test('guidelines are Markdown as data: no HTML, no other schemes', () => {
  expect(parseMarkdown('# Who\nA *person*\nis **one** `x`.\n\n- a\n- b\n1. c')).toEqual([
    { kind: 'heading', level: 3, parts: [{ kind: 'text', text: 'Who' }] },
    {
      kind: 'paragraph',
      parts: [
        { kind: 'text', text: 'A ' },
        { kind: 'emphasis', text: 'person' },
        { kind: 'text', text: ' is ' },
        { kind: 'strong', text: 'one' },
        { kind: 'text', text: ' ' },
        { kind: 'code', text: 'x' },
        { kind: 'text', text: '.' },
      ],
    },
    { kind: 'list', ordered: false, items: [[{ kind: 'text', text: 'a' }], [{ kind: 'text', text: 'b' }]] },
    { kind: 'list', ordered: true, items: [[{ kind: 'text', text: 'c' }]] },
  ])
  expect(parseMarkdown('<b>x</b> [y](javascript:alert(1)) [z](https://example.org)')).toEqual([
    {
      kind: 'paragraph',
      parts: [
        { kind: 'text', text: '<b>x</b> ' },
        { kind: 'text', text: '[y](javascript:alert(1)' },
        { kind: 'text', text: ') ' },
        { kind: 'link', text: 'z', href: 'https://example.org' },
      ],
    },
  ])
})

describeWindow('labelling', (openWindow) => {
  test('starts from nothing: by keys, task by task; the chosen task stays in the next sentence', async () => {
    const studio = openStudio()
    const { project } = await created(studio)
    const { annotation } = studio.store
    const page = await openWindow(studio.api, { address: `#/annotate/${project}` })
    const at = (n: number) => page.getByRole('heading', { name: `Sentence ${n}`, exact: true }).waitFor()
    await at(1)
    // One span by key, then every word of the other task.
    await page.keyboard.press('1')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText('5 words have no label yet.').first().waitFor()
    expect(annotation.item(project, 0).state).toBe('open')
    for (const key of ['1', '2', '3', '1', '3']) {
      await page.keyboard.press(key)
      await page.keyboard.press('ArrowRight')
    }
    await page.keyboard.press('Enter')
    await at(2)
    expect(annotation.item(project, 0).answers).toEqual([
      { task: 'ner', labels: null, spans: [{ type: 'PER', from: 0, to: 1 }] },
      { task: 'pos', labels: ['N', 'V', 'X', 'N', 'X'], spans: null },
    ])
    // Still the task of words: 1 is N, not PER.
    await page.keyboard.press('1')
    await page.getByRole('status').filter({ hasText: 'pos: N' }).waitFor()
    expect(await page.getByRole('button', { name: 'pos', exact: true }).getAttribute('aria-pressed')).toBe('true')
  })

  test('offers other occurrences, flags, comments, splits, merges, searches', async () => {
    const studio = openStudio()
    const { project } = await created(studio)
    const { annotation } = studio.store
    const page = await openWindow(studio.api, { address: `#/annotate/${project}` })
    const sentence = (n: number) => page.getByRole('heading', { name: `Sentence ${n}`, exact: true })
    await sentence(1).waitFor()
    await page.locator('.sentence').getByRole('button', { name: /^Lyon/ }).click()
    await page.keyboard.press('2')
    await page.getByText(/“Lyon” stands in 2 more places/).waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole('button', { name: 'Accept all 2' }).click()
    await page.getByText('2 sentences have the label now.').waitFor()
    expect(annotation.item(project, 2).suggestion).toMatchObject({ from: 'occurrence' })

    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Flag', exact: true }).click()
    await page.getByRole('button', { name: 'Flagged', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await page.getByLabel('Comment on this sentence').fill('a city')
    await page.getByRole('button', { name: 'Save the comment' }).click()
    await page.getByText('a city').waitFor()
    expect(annotation.item(project, 0)).toMatchObject({ flagged: true, comment: 'a city' })

    await page.locator('.sentence').getByRole('button', { name: /^Lyon/ }).click()
    await page.getByRole('button', { name: 'Split “Lyon”' }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Ly and on$/ })
      .click()
    await page.locator('.sentence').getByRole('button', { name: /^Ly\b/ }).waitFor()
    expect(annotation.item(project, 0).words).toEqual(['Anna', 'lives', 'in', 'Ly', 'on', '.'])

    await page.getByLabel('Search the text').fill('new york')
    await page.getByText('1 sentence found').waitFor()
    await sentence(4).waitFor()
    await page.locator('.sentence').getByRole('button', { name: /^New/ }).click()
    await page.keyboard.press('Shift+ArrowRight')
    await page.getByRole('button', { name: 'Merge the words' }).click()
    await expect.poll(() => annotation.item(project, 3).words).toEqual(['It', 'rains', 'in', 'New York', '.'])
  })

  test('labels are renamed, merged and deleted, with undo; guidelines and rules', async () => {
    const studio = openStudio()
    const { project } = await created(studio)
    const { annotation } = studio.store
    const names = () => annotation.get(project).tasks[0].labels.map(({ name }) => name)
    const page = await openWindow(studio.api, { address: `#/annotate/${project}`, width: 1024, height: 800 })
    await page.getByRole('button', { name: 'Labels…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name of LOC').fill('PLACE')
    await dialog.getByLabel('Name of LOC').press('Tab')
    await expect.poll(names).toEqual(['PER', 'PLACE'])
    await dialog.getByLabel('New label', { exact: true }).fill('ORG')
    await dialog.getByLabel('New label', { exact: true }).press('Enter')
    await expect.poll(names).toEqual(['PER', 'PLACE', 'ORG'])
    expect(await accessibilityProblems(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Move ORG up' }).click()
    await expect.poll(names).toEqual(['PER', 'ORG', 'PLACE'])
    await dialog.getByRole('button', { name: 'Delete PER' }).click()
    await dialog.getByText('No decision has it.').waitFor()
    await dialog.getByRole('button', { name: 'Delete the label' }).click()
    await expect.poll(names).toEqual(['ORG', 'PLACE'])
    await dialog.getByRole('button', { name: /^Undo/ }).click()
    await expect.poll(names).toEqual(['PER', 'ORG', 'PLACE'])
    await dialog.getByRole('button', { name: 'Done' }).click()

    await page.getByRole('button', { name: 'Write the guidelines' }).click()
    await page.getByLabel('Guidelines, in Markdown').fill('# Places\nCities are **PLACE**.')
    await page.getByRole('button', { name: 'Save the guidelines' }).click()
    await page.getByRole('heading', { name: 'Places' }).waitFor()
    expect(annotation.get(project).guidelines).toContain('Cities')

    await page.getByRole('button', { name: 'Rules…' }).click()
    await page.getByRole('dialog').getByRole('combobox', { name: 'Label' }).selectOption('PLACE')
    await page.getByRole('dialog').getByLabel('Words, separated by commas or lines').fill('lyon, new york')
    await page.getByRole('dialog').getByRole('button', { name: 'Add the rule' }).click()
    await page
      .getByRole('dialog')
      .getByText(/4 open sentences have a suggestion/)
      .waitFor()
    expect(annotation.item(project, 3).suggestion).toMatchObject({
      from: 'rules',
      tags: [{ task: 'ner', spans: [{ type: 'PLACE', from: 3, to: 5 }] }],
    })
    expect(await accessibilityProblems(page)).toEqual([])
  })

  test.each([
    [420, false],
    [640, true],
  ])('the actions stay at the bottom of a window of %d pixels (dark: %s)', async (width, dark) => {
    const studio = openStudio()
    const { project } = await created(studio)
    const page = await openWindow(studio.api, { address: `#/annotate/${project}`, width, height: 700, dark })
    const save = page.getByRole('button', { name: /^Save(?!d)/ }).last()
    await page.getByRole('button', { name: 'Skip' }).waitFor()
    const bottom = async () => {
      const box = await page.getByRole('button', { name: 'Skip' }).boundingBox()
      return box!.y + box!.height
    }
    expect(await bottom()).toBeGreaterThan(600)
    expect(await bottom()).toBeLessThanOrEqual(700)
    await page.evaluate('scrollTo(0, 400)')
    expect(await bottom()).toBeGreaterThan(600)
    expect(await save.count()).toBe(1)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    expect(await accessibilityProblems(page)).toEqual([])
  })
})
