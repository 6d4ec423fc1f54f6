/** The colours of sharing patterns can be told apart, also without red, green or blue cones. No browser. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Triple = [number, number, number]

/** Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB. */
const VISION: Record<string, { matrix: Triple[]; least: number }> = {
  normal: { matrix: [[1, 0, 0], [0, 1, 0], [0, 0, 1]], least: 25 }, // prettier-ignore
  'without red cones': {
    matrix: [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    least: 25,
  },
  'without green cones': {
    matrix: [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
    least: 25,
  },
  // Very rare; blue and green of the first and third task come close.
  'without blue cones': {
    matrix: [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
    least: 15,
  },
}

const css = readFileSync(new URL('../../renderer/styles/tokens.css', import.meta.url), 'utf8')
const tokens = new Map(
  [...css.matchAll(/(--[\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name,
    [light, dark],
  ]),
)
const PATTERNS = [
  '--task-0',
  '--task-1',
  '--task-2',
  '--mask-pair-01',
  '--mask-pair-02',
  '--mask-pair-12',
  '--mask-all',
]

function linear(hex: string): Triple {
  return [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as Triple
}

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** CIE L*a*b* under D65. */
function labOf(rgb: Triple): Triple {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116)
  const x = f(dot([0.4124564, 0.3575761, 0.1804375], rgb) / 0.95047)
  const y = f(dot([0.2126729, 0.7151522, 0.072175], rgb))
  const z = f(dot([0.0193339, 0.119192, 0.9503041], rgb) / 1.08883)
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

describe.each(['light', 'dark'])('patterns of sharing, %s', (theme) => {
  it.each(Object.entries(VISION))('differ from each other and from the background: %s', (_, { matrix, least }) => {
    const seen = [...PATTERNS, '--surface'].map((name) => {
      const rgb = linear(tokens.get(name)![theme === 'light' ? 0 : 1])
      return { name, lab: labOf(matrix.map((row) => Math.min(1, Math.max(0, dot(row, rgb)))) as Triple) }
    })
    seen.forEach((one, i) =>
      seen.slice(i + 1).forEach((other) => {
        const distance = Math.hypot(...one.lab.map((value, k) => value - other.lab[k]))
        expect(distance, `${one.name} and ${other.name}`).toBeGreaterThan(least)
      }),
    )
  })
})
