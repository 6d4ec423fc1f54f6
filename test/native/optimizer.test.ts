import { expect, it } from 'vitest'
import { Draw, describeKernels, expectClose, expectRefused, expectSameForAllThreads, kernels } from './support.ts'

const LENGTHS = [0, 1, 15, 33, 1000, 40_007]

interface Step {
  learningRate: number
  momentum: number
  scale: number
  clip: number
  decay: number
}

const STEPS: Step[] = [
  { learningRate: 0.1, momentum: 0.9, scale: 1, clip: 0, decay: 0 },
  { learningRate: 0.05, momentum: 0.5, scale: 0.3, clip: 0.1, decay: 0.01 },
]

function lists(draw: Draw) {
  return {
    weights: LENGTHS.map((n) => draw.floats(n)),
    gradients: LENGTHS.map((n) => draw.floats(n)),
    velocities: LENGTHS.map((n) => draw.floats(n)),
    masks: LENGTHS.map((n, i) => (i % 3 === 2 ? null : draw.mask(n, 0.4))),
  }
}

const run = (l: ReturnType<typeof lists>, s: Step) =>
  kernels.momentumUpdate(
    l.weights,
    l.gradients,
    l.velocities,
    l.masks,
    s.learningRate,
    s.momentum,
    s.scale,
    s.clip,
    s.decay,
  )

describeKernels('momentumUpdate', () => {
  it.each(STEPS)('updates kept weights and preserves the bits of the others: %o', (step) => {
    const draw = new Draw(4)
    const before = lists(draw)
    before.weights[3][0] = before.velocities[3][1] = before.gradients[3][2] = NaN
    before.masks[3]!.fill(0, 0, 3)
    const l = {
      ...before,
      weights: before.weights.map((w) => w.slice()),
      velocities: before.velocities.map((v) => v.slice()),
    }
    run(l, step)
    for (let a = 0; a < LENGTHS.length; a++) {
      const bits = (x: Float32Array) => new Int32Array(x.buffer)
      for (let i = 0; i < LENGTHS[a]; i++) {
        if (l.masks[a] && !l.masks[a]![i]) {
          if (
            bits(l.weights[a])[i] !== bits(before.weights[a])[i] ||
            bits(l.velocities[a])[i] !== bits(before.velocities[a])[i]
          )
            expect.fail(`pruned weight ${a}, ${i} moved`)
          continue
        }
        let g = step.scale * before.gradients[a][i]
        if (step.clip > 0) g = Math.max(-step.clip, Math.min(step.clip, g))
        const v = step.momentum * before.velocities[a][i] + g + step.decay * before.weights[a][i]
        expectClose([l.velocities[a][i], l.weights[a][i]], [v, before.weights[a][i] - step.learningRate * v], 1e-6)
      }
    }
  })

  it('propagates a NaN gradient through clipping', () => {
    const weights = [Float32Array.of(1, 1)]
    kernels.momentumUpdate(weights, [Float32Array.of(NaN, 9)], [new Float32Array(2)], [null], 1, 0, 1, 0.5, 0)
    expect(weights).toStrictEqual([Float32Array.of(NaN, 0.5)])
  })

  it('gives the same bits for any number of threads', () => {
    const l = lists(new Draw(6))
    expectSameForAllThreads(() => {
      const copy = { ...l, weights: l.weights.map((w) => w.slice()), velocities: l.velocities.map((v) => v.slice()) }
      run(copy, STEPS[1])
      return [...copy.weights, ...copy.velocities]
    })
  })

  it('velocities without gradient decay to 0, not to denormals; those of pruned weights stay', () => {
    const velocity = Float32Array.of(2e-38, 2e-38, 1e-40)
    kernels.momentumUpdate(
      [new Float32Array(3)],
      [new Float32Array(3)],
      [velocity],
      [Uint8Array.of(1, 0, 0)],
      0.1,
      0.5,
      1,
      0,
      0,
    )
    expect(velocity).toStrictEqual(Float32Array.of(0, 2e-38, 1e-40))
    expect(1e-308 / 10).toBeGreaterThan(0) // JavaScript's arithmetic keeps denormals
  })

  it('accepts an empty list', () => {
    kernels.momentumUpdate([], [], [], [], 0.1, 0.9, 1, 0, 0)
  })

  it('rejects lists that do not match', () => {
    const [w, v] = [Float32Array.of(1, 2), Float32Array.of(3, 4)]
    const call = (gradients: Float32Array[], masks: (Uint8Array | null)[]) => () =>
      kernels.momentumUpdate([w], gradients, [v], masks, 0.1, 0.9, 1, 0, 0)
    const g = new Float32Array(2)
    expectRefused(call([], [null]), TypeError, /gradients: expected 1 arrays, as in weights, found 0/, [w, v])
    expectRefused(
      call([g.subarray(1)], [null]),
      TypeError,
      /gradients\[0\]: expected 2 elements, as in weights, found 1/,
      [w, v],
    )
    expectRefused(call([g], [new Uint8Array(3)]), TypeError, /masks\[0\]/, [w, v])
    expectRefused(call([g], [new Uint8Array(0)]), TypeError, /masks\[0\]: expected 2 .* found 0/, [w, v])
    expectRefused(call([g], [undefined as unknown as null]), TypeError, /masks\[0\]: expected Uint8Array/, [w, v])
  })
})

describeKernels('sumOfSquares', () => {
  it('adds all elements of all arrays in double precision', () => {
    const arrays = LENGTHS.map((n) => new Draw(n).floats(n, -3, 3))
    const expected = arrays.reduce((sum, x) => x.reduce((s, value) => s + value * value, sum), 0)
    expect(Math.abs(kernels.sumOfSquares(arrays) - expected)).toBeLessThan(1e-12 * expected)
    expect(kernels.sumOfSquares([])).toBe(0)
    expect(kernels.sumOfSquares([Float32Array.of(1e30, 1e-30)])).toBe(Math.fround(1e30) ** 2)
    expect(kernels.sumOfSquares([Float32Array.of(1, NaN)])).toBeNaN()
  })

  it('gives the same bits for any number of threads', () => {
    const arrays = LENGTHS.map((n) => new Draw(n).floats(n))
    expectSameForAllThreads(() => [kernels.sumOfSquares(arrays)])
  })

  it('rejects anything but a list of Float32Arrays', () => {
    expect(() => kernels.sumOfSquares([new Float64Array(1)] as unknown as Float32Array[])).toThrow(
      /arrays\[0\]: expected Float32Array, found Float64Array/,
    )
    expect(() => kernels.sumOfSquares(new Float32Array(1) as unknown as Float32Array[])).toThrow(TypeError)
  })
})
