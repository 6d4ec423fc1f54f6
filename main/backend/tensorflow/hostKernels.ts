/** Arithmetic that needs no gradient, on TensorFlow's device. Decoding stays on the host, which has read the scores. */
import { add, backend, scalar, tidy } from '@tensorflow/tfjs-core'
import { registerHostKernels } from '../../nn/hostKernels.ts'
import { raw, TENSORFLOW, type NodeBackend } from './raw.ts'
import { ResidentWordTable } from './wordTable.ts'

/** The masked update is the composed one: its operations run on the device that holds weights and velocities. */
export function registerTensorflowHostKernels(): void {
  const node = () => backend() as NodeBackend
  registerHostKernels(TENSORFLOW, {
    // L2Loss is Σ x² / 2.
    sumOfSquares: (tensors) =>
      tidy(() =>
        tensors.reduce(
          (total, tensor) => add(total, raw(node(), 'L2Loss', { T: 'float32' }, [tensor]).mul(2)),
          scalar(0),
        ),
      ),
    makeWordTable: (values, dim) => new ResidentWordTable(node(), values, dim),
  })
}
