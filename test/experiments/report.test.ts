/** The report of an experiment as a reader sees it: axes, marks, the width of tables. */
import { chromium } from 'playwright'
import { describe, expect, it } from 'vitest'
import { toHtml } from '../../main/experiments/report/html.ts'
import { toMarkdown } from '../../main/experiments/report/markdown.ts'
import { pictures } from '../../main/experiments/report/pictures.ts'
import { scoreScale } from '../../main/experiments/report/pictureParts.ts'
import { browserArguments, findChromium } from '../renderer/harness.ts'
import { wideReport } from './wideReport.ts'

const labelsOf = (least: number, most: number) => scoreScale(least, most).axis.ticks.map(({ label }) => label)

describe('the score axis', () => {
  it('goes from 0 to 1 for zeros, and from 99 to 100 for hundreds', () => {
    expect(labelsOf(0, 0)).toEqual(['0.0', '0.2', '0.4', '0.6', '0.8', '1.0'])
    expect(labelsOf(100, 100)).toEqual(['99.0', '99.2', '99.4', '99.6', '99.8', '100.0'])
  })

  it('has several different labels within 0 to 100, with the same number of digits', () => {
    const ranges = [0, 0.01, 0.3, 5, 49.97, 85.3, 99.5, 100].flatMap((least) =>
      [0, 0.004, 0.05, 0.9, 1, 3, 12, 60, 100].map((more): [number, number] => [least, Math.min(least + more, 100)]),
    )
    for (const [least, most] of ranges) {
      const labels = labelsOf(least, most)
      const what = `${least} to ${most}: ${labels.join(' ')}`
      expect(labels.length, what).toBeGreaterThanOrEqual(3)
      expect(new Set(labels).size, what).toBe(labels.length)
      expect(new Set(labels.map((label) => (label.split('.')[1] ?? '').length)).size, what).toBe(1)
      expect(Math.min(...labels.map(Number)), what).toBeGreaterThanOrEqual(0)
      expect(Math.max(...labels.map(Number)), what).toBeLessThanOrEqual(100)
    }
  })

  it('places both ends of the range inside the picture', () => {
    for (const [least, most] of [
      [0, 0],
      [0, 2],
      [99.9, 100],
      [40, 90],
    ])
      // prettier-ignore
      for (const score of [least, most]) {
        expect(scoreScale(least, most).y(score)).toBeGreaterThanOrEqual(12)
        expect(scoreScale(least, most).y(score)).toBeLessThanOrEqual(250)
      }
  })
})

describe('the tables', () => {
  it('keep marks of significance apart from the numbers', () => {
    const markdown = toMarkdown(wideReport(), [])
    expect(markdown).toMatch(/\| [+−]\d\.\d\d \\\* \(p < 0\.001\) \|/)
    expect(markdown).not.toMatch(/\d\*/)
    expect(toHtml(wideReport(), [])).toMatch(/>[+−]\d\.\d\d<span class="mark" style="width: 1em">\*<\/span>/)
  })

  it('have no columns of the paper for tasks that the paper lacks', () => {
    expect(toMarkdown(wideReport(), [])).not.toContain(', paper')
  })
})

const executablePath = findChromium()
describe.skipIf(executablePath === null)('the page at 1,100 pixels', () => {
  it('needs no horizontal scroll bar, and aligns the digits of each column', async () => {
    const browser = await chromium.launch({ executablePath: executablePath!, args: browserArguments() })
    try {
      const page = await browser.newPage({ viewport: { width: 1100, height: 800 } })
      await page.setContent(toHtml(wideReport(), pictures(wideReport())))
      const tooWide = await page.evaluate<string[]>(
        `[document.documentElement, ...document.querySelectorAll('.scroll')]
          .filter((one) => one.scrollWidth > one.clientWidth)
          .map((one) => one.previousElementSibling?.textContent ?? 'page')`,
      )
      expect(tooWide).toEqual([])
      // The distance of the digits from the right edge of their cell, in every column with marks.
      const ends = await page.evaluate<number[][]>(
        `[...document.querySelectorAll('table')].flatMap((table) =>
          [...table.rows[0].cells].map((_, i) =>
            [...table.tBodies[0].rows].flatMap(({ cells }) => {
              if (cells[i].querySelector('.mark') === null || cells[i].firstChild.data === '–') return []
              const range = document.createRange()
              range.selectNodeContents(cells[i].firstChild)
              return [Math.round(range.getBoundingClientRect().right)]
            })))
          .filter((column) => column.length > 0)`,
      )
      expect(ends.length).toBeGreaterThanOrEqual(10)
      for (const column of ends) expect(new Set(column).size).toBe(1)
    } finally {
      await browser.close()
    }
  })
})
