/** C++ versions of the arithmetic that needs no gradient: optimizer steps, norms, decoding. */
import { backend } from '@tensorflow/tfjs-core'
import type { NativeKernels } from '../../../native/contract.ts'
import { registerHostKernels } from '../../nn/hostKernels.ts'
import { NATIVE, type NativeBackend } from './backend.ts'

export function registerNativeHostKernels(native: NativeKernels): void {
  const floats = (tensor: { dataId: object }) => (backend() as NativeBackend).floats(tensor)
  registerHostKernels(NATIVE, {
    catchUpRows: native.settleRows,
    updateRows: native.updateRows,
    argmaxRows(logits, classes) {
      const ids = new Int32Array(logits.length / classes)
      native.argmaxRows(logits, classes, ids)
      return ids
    },
    viterbi(emissions, batchSizes, { transitions, start, end }, classes) {
      const ids = new Int32Array(emissions.length / classes)
      native.crfDecode(emissions, batchSizes, transitions, start, end, classes, ids)
      return ids
    },
    sumOfSquares: (tensors) => native.sumOfSquares(tensors.map(floats)),
    momentumUpdate(weights, gradients, velocities, masks, { learningRate, momentum, scale, clipValue, weightDecay }) {
      const bytes = masks.map((mask) => (backend() as NativeBackend).bytes(mask))
      native.momentumUpdate(
        weights.map(floats),
        gradients.map(floats),
        velocities.map(floats),
        bytes,
        learningRate,
        momentum,
        scale as number,
        clipValue,
        weightDecay,
      )
    },
  })
}
