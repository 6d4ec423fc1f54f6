/** Charts as SVG: well-formed XML with the content of the chart. */
import { expect, it } from 'vitest'
import type { Plot } from '../../shared/util/plot.ts'
import { svgOf } from '../../shared/util/svg.ts'

const plot: Plot = {
  title: 'Loss of <a> & "b"',
  width: 400,
  height: 200,
  area: { left: 40, top: 10, right: 390, bottom: 160 },
  colours: { ground: '#fff', text: '#000', faint: '#555', grid: '#ddd' },
  x: {
    title: 'step',
    ticks: [
      { at: 40, label: '0' },
      { at: 215, label: '500' },
      { at: 300, label: '' },
    ],
    grid: true,
  },
  y: { title: 'loss per token, nats', ticks: [{ at: 160, label: '0' }], grid: true },
  legend: [
    { name: 'ner & co', colour: 'rgb(1, 2, 3)', dash: [7, 4], shape: 'circle' },
    { name: 'pos', colour: 'red', dash: [], shape: 'bar' },
  ],
  lines: [
    {
      colour: 'rgb(1, 2, 3)',
      width: 2,
      opacity: 1,
      dash: [7, 4],
      points: [
        [40, 20],
        [50, 30.123],
        [60, NaN],
        [70, 40],
        [80, 50],
      ],
      dots: [
        { x: 40, y: 20, radius: 3, shape: 'circle', ring: null },
        { x: 50, y: 30, radius: 6, shape: 'triangle', ring: '#fff' },
      ],
    },
    { colour: 'red', width: 1, opacity: 0.25, dash: [], points: [], dots: [] },
  ],
  bars: [{ colour: 'red', left: 100, top: 60, width: 20, height: 100, text: 'NOUN: 1 < 2' }],
}

/** Elements in order, each with its attributes; throws where tags do not match or a character has no place. */
function elements(xml: string): { name: string; attributes: Record<string, string>; text: string }[] {
  const open: { name: string; attributes: Record<string, string>; text: string }[] = []
  const all: typeof open = []
  let at = 0
  for (const match of xml.matchAll(/<(\/?)([a-zA-Z]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g)) {
    const between = xml.slice(at, match.index)
    if (/[<>]/.test(between) || /&(?!amp;|lt;|gt;|quot;)/.test(between + match[3]))
      throw new Error(`not XML: ${between}`)
    if (open.length > 0) open.at(-1)!.text += between
    at = match.index + match[0].length
    const [, closing, name, attributes, empty] = match
    if (closing) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes another`)
    } else {
      const element = {
        name,
        attributes: Object.fromEntries(
          [...attributes.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
        ),
        text: '',
      }
      all.push(element)
      if (!empty) open.push(element)
    }
  }
  if (open.length > 0 || xml.slice(at).trim() !== '') throw new Error('not closed')
  return all
}

it('is well-formed with any names', () => {
  const [root, title] = elements(svgOf(plot))
  expect(root).toMatchObject({ name: 'svg', attributes: { xmlns: 'http://www.w3.org/2000/svg', width: '400' } })
  expect(title.text).toBe('Loss of &lt;a&gt; &amp; &quot;b&quot;')
  expect(() => elements(svgOf({ ...plot, title: 'a\u0000b\u001f' }))).not.toThrow()
  expect(svgOf({ ...plot, title: 'a\u0000b' })).not.toContain('\u0000')
})

it('has title, legend, ticks and axis titles as text', () => {
  const texts = elements(svgOf(plot))
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text)
  expect(texts).toEqual([
    'Loss of &lt;a&gt; &amp; &quot;b&quot;',
    'ner &amp; co',
    'pos',
    '0',
    '500',
    '0',
    'step',
    'loss per token, nats',
  ])
})

it('draws lines as paths, broken where there is no value, dots and bars as shapes', () => {
  const all = elements(svgOf(plot))
  const [line] = all.filter(({ attributes }) => attributes.fill === 'none')
  expect(line.attributes).toMatchObject({
    d: 'M40 20L50 30.12M70 40L80 50',
    stroke: 'rgb(1, 2, 3)',
    'stroke-width': '2',
    'stroke-dasharray': '7 4',
  })
  expect(
    all.filter(({ name, attributes }) => name === 'circle' && attributes.r === '3' && attributes.cx === '40'),
  ).toHaveLength(1)
  expect(all.find(({ attributes }) => attributes.stroke === '#fff')?.name).toBe('path')
  expect(
    all.find(({ attributes }) => attributes.height === '100' && attributes.width === '20')?.attributes,
  ).toMatchObject({ x: '100', y: '60', fill: 'red' })
  expect(all.some(({ text }) => text === 'NOUN: 1 &lt; 2')).toBe(true)
})

it('breaks a long legend into rows and makes room for them', () => {
  const height = (names: number) =>
    Number(
      elements(
        svgOf({
          ...plot,
          legend: Array.from({ length: names }, (_, i) => ({ ...plot.legend[0], name: `round ${i}, 10.00 %` })),
        }),
      )[0].attributes.height,
    )
  expect(height(21)).toBeGreaterThan(height(2) + 3 * 18)
})
