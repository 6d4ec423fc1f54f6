import { describe, expect, it } from 'vitest'
import type { NativeKernels } from '../../native/contract.ts'
import { backward, batchSizesOf, forward, type Layer } from './bilstmReference.ts'
import { expectClose, generator, layerOf, SHAPES } from './bilstmLayers.ts'
import { everyKernels, kernelsOf } from './kernels.ts'

function dyOf(layer: Layer): Float32Array {
  const random = generator(7)
  return Float32Array.from({ length: (layer.x.length / layer.inputs) * 2 * layer.hidden }, () => random() * 2 - 1)
}

/** Outputs start as NaN, so that an element that is not written shows. */
function run(kernels: NativeKernels, layer: Layer, withDx = true) {
  const { inputs: I, hidden: H, x, w, b, mask } = layer
  const N = x.length / I
  const garbage = (length: number) => new Float32Array(length).fill(NaN)
  const sizes = batchSizesOf(layer.lengths)
  const y = garbage(N * 2 * H),
    gates = garbage(2 * N * 4 * H),
    cells = garbage(2 * N * H)
  kernels.bilstmForward(x, sizes, w[0], b[0], mask[0], w[1], b[1], mask[1], I, H, y, gates, cells)
  const dx = withDx ? garbage(N * I) : null
  const dw = w.map((weights) => garbage(weights.length)),
    db = b.map((bias) => garbage(bias.length))
  kernels.bilstmBackward(
    dyOf(layer),
    x,
    y,
    gates,
    cells,
    sizes,
    w[0],
    mask[0],
    w[1],
    mask[1],
    I,
    H,
    dx,
    dw[0],
    db[0],
    dw[1],
    db[1],
  )
  return { y, gates, cells, dx, dwForward: dw[0], dwBackward: dw[1], dbForward: db[0], dbBackward: db[1] }
}

describe.each(everyKernels.map((kernels) => ({ isa: kernels.isa, kernels })))('BiLSTM kernels, $isa', ({ kernels }) => {
  it.each(Object.entries(SHAPES))('%s: agrees with the float64 reference', (_, shape) => {
    const layer = layerOf(shape)
    const expected = forward(layer)
    const { dx, dw, db } = backward(layer, expected, dyOf(layer))
    const actual = run(kernels, layer)
    expectClose('y', actual.y, expected.y, 3e-6)
    expectClose('gates', actual.gates, expected.gates, 3e-6)
    expectClose('cells', actual.cells, expected.cells, 3e-6)
    expectClose('dx', actual.dx, dx, 1e-5)
    expectClose('dwForward', actual.dwForward, dw[0], 1e-5)
    expectClose('dwBackward', actual.dwBackward, dw[1], 1e-5)
    expectClose('dbForward', actual.dbForward, db[0], 1e-5)
    expectClose('dbBackward', actual.dbBackward, db[1], 1e-5)
  })

  it('gives pruned weights a gradient of exactly 0', () => {
    const layer = layerOf(SHAPES['masked'])
    const { dwForward } = run(kernels, layer)
    expect(dwForward.every((gradient, i) => layer.mask[0]![i] === 1 || Object.is(gradient, 0))).toBe(true)
  })

  it('gives the same bits with 1, 2 and 5 threads', () => {
    const layer = layerOf({
      lengths: Array.from({ length: 23 }, (_, i) => 12 - (i >> 2)),
      inputs: 45,
      hidden: 50,
      density: 0.5,
    })
    const results = [1, 2, 5].map((threads) => {
      kernels.setThreads(threads)
      return run(kernels, layer)
    })
    kernels.setThreads(1)
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
  })

  it('skips dx if it is null, with the same other gradients', () => {
    const layer = layerOf(SHAPES['masked'])
    expect({ ...run(kernels, layer, false), dx: null }).toEqual({ ...run(kernels, layer), dx: null })
  })

  it('accepts an empty batch: gradients are 0', () => {
    const { y, dwForward, dbBackward } = run(kernels, layerOf({ lengths: [], inputs: 3, hidden: 4 }))
    expect(y.length).toBe(0)
    expect(dwForward.every((value) => value === 0) && dbBackward.every((value) => value === 0)).toBe(true)
  })

  it('saturates without overflow and propagates NaN', () => {
    const layer = layerOf({ lengths: [2, 2], inputs: 2, hidden: 3 })
    layer.x.set([3e4, -3e4, 0, 0, 0, 0, 0, 0])
    const { y, dwForward } = run(kernels, layer)
    expect(y.every(Number.isFinite) && dwForward.every(Number.isFinite)).toBe(true)
    layer.x[0] = NaN
    expect(Number.isNaN(run(kernels, layer).y[0])).toBe(true)
  })

  it('is accurate near 0, where tanh x is x', () => {
    const layer = layerOf({ lengths: [1], inputs: 1, hidden: 1 })
    layer.x[0] = 1
    layer.b.forEach((bias) => bias.fill(0))
    for (const z of [1e-6, -3e-4, 0.02, -0.3, 0.7, 2, -5, 9]) {
      layer.w.forEach((w) => w.fill(z, 0, 4))
      const { gates, cells } = run(kernels, layer)
      expect(Math.abs(gates[2] / Math.tanh(Math.fround(z)) - 1)).toBeLessThan(3e-7)
      expect(Math.abs(gates[0] * (1 + Math.exp(-Math.fround(z))) - 1)).toBeLessThan(3e-7)
      expect(Math.abs(cells[0] / (gates[0] * gates[2]) - 1)).toBeLessThan(2e-7)
    }
  })
})

describe('arguments', () => {
  const kernels = everyKernels[0]
  const layer = layerOf({ lengths: [3, 2], inputs: 4, hidden: 5 })
  const { x, w, b } = layer
  const call = (change: Record<string, unknown>) => {
    const a = {
      x,
      sizes: batchSizesOf(layer.lengths),
      w: w[0],
      mask: null,
      inputs: 4,
      y: new Float32Array(50).fill(3),
      ...change,
    } as any
    try {
      kernels.bilstmForward(
        a.x,
        a.sizes,
        a.w,
        b[0],
        a.mask,
        w[1],
        b[1],
        null,
        a.inputs,
        5,
        a.y,
        new Float32Array(200),
        new Float32Array(50),
      )
    } finally {
      if (a.y instanceof Float32Array) expect(a.y.every((value: number) => value === 3)).toBe(true)
    }
  }

  it.each([
    ['a wrong type', { x: new Float64Array(20) }, 'bilstmForward: x: expected Float32Array, found Float64Array'],
    ['no array', { w: null }, 'bilstmForward: wForward: expected Float32Array, found null'],
    ['a missing argument', { inputs: undefined }, 'bilstmForward: inputs: expected a number, found undefined'],
    ['a fraction', { inputs: 1.5 }, 'bilstmForward: inputs: expected a whole number'],
    [
      'a wrong size',
      { w: new Float32Array(179) },
      'bilstmForward: wForward: expected shape [9, 20], found 179 elements',
    ],
    [
      'a mask of the wrong size',
      { mask: new Uint8Array(3) },
      'bilstmForward: maskForward: expected shape [9, 20], found 3 elements',
    ],
    ['rows that do not fit', { inputs: 3 }, 'bilstmForward: x: expected rows of 3, found 20 elements'],
    [
      'sizes with the wrong sum',
      { sizes: Int32Array.of(2, 2) },
      'bilstmForward: batchSizes: expected a sum of 5, found 4',
    ],
    [
      'sizes that grow',
      { sizes: Int32Array.of(2, 3) },
      'bilstmForward: batchSizes: expected positive sizes that never grow, found 3 at 1',
    ],
    [
      'an output too small',
      { y: new Float32Array(49).fill(3) },
      'bilstmForward: y: expected shape [5, 10], found 49 elements',
    ],
  ])('reports %s and writes nothing', (_, change, message) => {
    expect(() => call(change)).toThrow(TypeError)
    expect(() => call(change)).toThrow(message)
  })

  it('accepts 1 to 256 threads', () => {
    expect(() => kernels.setThreads(0)).toThrow('setThreads: threads: expected 1 to 256, found 0')
    expect(kernels.getThreads()).toBe(1)
  })

  it('rejects an instruction set of another processor', () => {
    expect([kernelsOf('avx512'), kernelsOf('neon')].filter(Boolean).length).toBeLessThan(2)
  })
})
