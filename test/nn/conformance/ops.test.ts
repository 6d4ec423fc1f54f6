/**
 * Every op on every backend present: forward and gradient by the tape that training uses, against the composed version
 * and against central differences. The whole suite is one table: a later backend is one line in
 * test/support/backends.ts.
 */
import { describe, expect, it } from 'vitest'
import { ALL_PRESENT, BACKENDS, COMPOSED, type TestBackend } from '../../support/backends.ts'
import { Draw, expectClose } from '../../support/arrays.ts'
import { bilstmCases } from './cases/bilstm.ts'
import { charCnnCases } from './cases/charCnn.ts'
import { crfCases } from './cases/crf.ts'
import { concatCases, crossStitchCases, dropoutCases, gatherCases, linearCases, softmaxCases } from './cases/simple.ts'
import { objective, onTape, type Input, type OpCase, type Tolerance } from './opCase.ts'

/**
 * A float32 result has about 1e-7 of relative rounding; divided by a step h that is an error of 1e-7 / h in the
 * difference quotient, and of h² · f''' / 6 from the curve. Ops that are linear in each input alone have no curve and
 * take the large step.
 */
const OPS: { cases: OpCase[]; tolerance: Tolerance }[] = [
  // Copies and one multiplication: nothing may differ from the composed version; exact but for the quotient's rounding.
  { cases: dropoutCases, tolerance: { composed: 0, numerical: 1e-4, step: 0.1 } },
  { cases: concatCases, tolerance: { composed: 0, numerical: 1e-4, step: 0.1 } },
  // As above, but its gradient is a sum over a row's tokens.
  { cases: gatherCases, tolerance: { composed: 1e-6, numerical: 1e-4, step: 0.1 } },
  // Sums of up to 40 products in another order.
  { cases: linearCases, tolerance: { composed: 2e-6, numerical: 1e-4, step: 0.1 } },
  // Sums of as many products as there are tasks, or elements.
  { cases: crossStitchCases, tolerance: { composed: 2e-6, numerical: 1e-4, step: 0.1 } },
  // exp and log of other libraries, an ulp or two each; f''' < 1.
  { cases: softmaxCases, tolerance: { composed: 5e-6, numerical: 1e-3, step: 1e-2 } },
  // Piecewise linear: the step must not cross from one maximal window to another, so it is small and rounding weighs
  // more.
  { cases: charCnnCases, tolerance: { composed: 3e-6, numerical: 3e-3, step: 1e-3, bends: true } },
  // Rounding runs through up to 7 steps of recurrence, each sigmoid and tanh off by an ulp or two.
  { cases: bilstmCases, tolerance: { composed: 1e-5, numerical: 2e-3, step: 1e-2 } },
  // The loss is a small difference of large sums, log Z and the gold path, and takes their rounding.
  { cases: crfCases, tolerance: { composed: 2e-5, numerical: 2e-3, step: 1e-2 } },
]

const COMPOSED_ON_WEBGPU = ['Linear', 'SoftmaxCrossEntropy', 'CrfLoss']

/** Elements of each input that central differences are taken at. */
const PROBES = 6

for (const backend of ALL_PRESENT) {
  for (const { cases, tolerance } of OPS) {
    describe(`${cases[0].op} on ${backend.name}`, () => {
      it.each(cases.filter(runsOn(backend)).map((opCase) => [opCase.name, opCase] as const))(
        '%s: as composed',
        async (_, opCase) => {
          const expected = await onTape(COMPOSED, opCase, opCase.composed)
          const actual = await onTape(backend, opCase, opCase.run)
          expect(actual.shape).toEqual(expected.shape)
          expectClose(actual.output, expected.output, tolerance.composed, 'output')
          for (const [name, gradient] of Object.entries(expected.gradients))
            expectClose(actual.gradients[name], gradient, tolerance.composed, `gradient of ${name}`)
        },
      )

      // An imitated graphics card takes minutes over them; its gradients are compared with those of the composed ops
      // above.
      it.skipIf(!BACKENDS.includes(backend)).each(cases.map((opCase) => [opCase.name, opCase] as const))(
        '%s: gradient as central differences',
        async (_, opCase) => {
          const { gradients } = await onTape(backend, opCase, opCase.run)
          const f = await objective(backend, opCase)
          for (const [name, input] of Object.entries(opCase.inputs)) {
            const scale = gradients[name].reduce((most, value) => Math.max(most, Math.abs(value)), 0.1)
            const allowed = tolerance.numerical * scale
            let compared = 0
            const at = probes(input.values.length, `${opCase.op}/${opCase.name}/${name}`)
            for (const i of at) {
              const { left, right, central } = await differences(f, opCase.inputs, name, i, tolerance.step)
              if (tolerance.bends && Math.abs(left - right) > 2 * allowed) continue
              compared++
              expect(
                Math.abs(gradients[name][i] - central),
                `d ${name}[${i}]: ${gradients[name][i]}, by differences ${central}`,
              ).toBeLessThanOrEqual(allowed)
            }
            expect(compared, 'probes compared').toBeGreaterThanOrEqual(at.length / 2)
          }
        },
      )
    })
  }

  describe(`masks on ${backend.name}`, () => {
    it.each(
      [...charCnnCases, ...bilstmCases]
        .filter(({ masks }) => Object.values(masks!).some((mask) => mask))
        .map((opCase) => [`${opCase.op}, ${opCase.name}`, opCase] as const),
    )('%s: a pruned weight has no effect and a gradient of exactly 0', async (_, opCase) => {
      const result = await onTape(backend, opCase, opCase.run)
      const inputs = { ...opCase.inputs }
      for (const [mask, { kept }] of Object.entries(opCase.masks!) as [string, { kept: Uint8Array }][]) {
        const name = { W: 'W', forward: 'wForward', backward: 'wBackward' }[mask]!
        const pruned = [...kept.keys()].filter((i) => kept[i] === 0)
        expect(pruned.length).toBeGreaterThan(0)
        expect(pruned.every((i) => result.gradients[name][i] === 0)).toBe(true)
        inputs[name] = { ...inputs[name], values: inputs[name].values.map((value, i) => (kept[i] ? value : 1000)) }
      }
      const changed = await onTape(backend, { ...opCase, inputs }, opCase.run)
      expect(changed).toEqual(result)
    })
  })
}

/** TensorFlow.js' sums of nothing fail on WebGPU; no batch is empty, so its composed ops need not take that. */
function runsOn({ name: backend }: TestBackend): (opCase: OpCase) => boolean {
  return ({ op, name }) =>
    backend !== 'webgpu' || !/^no (words|tokens|sentences)$/.test(name) || !COMPOSED_ON_WEBGPU.includes(op)
}

function probes(length: number, seed: string): number[] {
  if (length <= PROBES) return Array.from({ length }, (_, i) => i)
  const draw = new Draw('probe', seed)
  return Array.from({ length: PROBES }, () => draw.int(0, length))
}

/** Difference quotients of element i, with the steps as float32 took them. */
async function differences(
  f: (inputs: OpCase['inputs']) => Promise<number>,
  inputs: OpCase['inputs'],
  name: string,
  i: number,
  step: number,
) {
  const moved = async (by: number): Promise<[number, number]> => {
    const values = inputs[name].values.slice()
    values[i] += by
    return [await f({ ...inputs, [name]: { ...inputs[name], values } satisfies Input }), values[i]]
  }
  const [above, high] = await moved(step)
  const [here, at] = await moved(0)
  const [below, low] = await moved(-step)
  return {
    left: (here - below) / (at - low),
    right: (above - here) / (high - at),
    central: (above - below) / (high - low),
  }
}
