/** Arithmetic that needs no gradient, on the device. Decoding stays on the host, which has read the scores. */
import { backend, engine } from '@tensorflow/tfjs-core'
import { registerHostKernels } from '../../nn/hostKernels.ts'
import { WEBGPU, type ComputeBackend } from './backend.ts'
import { momentumUpdate, sumOfSquares } from './kernels/momentum.ts'
import { withScale } from './scale.ts'
import { DeviceWordTable } from './wordTable.ts'

export function registerWebgpuHostKernels(): void {
  const device = () => backend() as ComputeBackend
  registerHostKernels(WEBGPU, {
    sumOfSquares: (tensors) => engine().makeTensorFromTensorInfo(sumOfSquares(device(), tensors)),
    momentumUpdate(weights, gradients, velocities, masks, { scale, ...settings }) {
      withScale(device(), scale, (factor) => {
        weights.forEach((weight, i) =>
          momentumUpdate(device(), weight, gradients[i], velocities[i], masks[i], { ...settings, scale: factor }),
        )
      })
    },
    makeWordTable: (values, dim) => new DeviceWordTable(device(), values, dim),
  })
}
