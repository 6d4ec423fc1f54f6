/**
 * Backends in the place of `tensorflow` and `webgpu` that compute by plain TensorFlow.js and break: at a step of a training, or before one,
 * in the way that the environment variable BREAKS says. Loaded by its address in the threads that compute.
 */
import { backend as current } from '@tensorflow/tfjs-core'
import type { Backend } from '../../main/backend/backend.ts'
import { cpu } from '../../main/backend/cpu/index.ts'
import { chooseBackend } from '../../main/backend/choose.ts'

type Breaking = {
  write(...args: unknown[]): object
  read(id: object): Promise<unknown>
  readSync(id: object): unknown
  breaks?: boolean
}

let left = Infinity

/** Every value that is read back counts; then the device is lost. */
function breakAfter(reads: number, how: string): void {
  const device = current() as unknown as Breaking
  left = reads
  if (device.breaks) return
  device.breaks = true
  const readSync = device.readSync.bind(device)
  device.readSync = (id) => {
    const values = readSync(id)
    if (how === 'wrong')
      return (values as Float32Array).length === 1 ? Float32Array.of(1.1 * (values as Float32Array)[0]) : values
    if (--left < 0) lose(how)
    return values
  }
}

function lose(how: string): never {
  if (how === 'exit') process.exit(7)
  if (how === 'check') throw new RangeError('The weights of bilstm.0.forward.W do not fit its mask.')
  if (how === 'memory') throw new RangeError('Array buffer allocation failed')
  if (how === 'late')
    setImmediate(() => {
      throw new Error('the device is gone')
    })
  throw new Error('device lost: out of memory')
}

const broken = (name: 'tensorflow' | 'webgpu'): Backend => ({
  name,
  probe: () =>
    process.env.BREAKS === 'abort'
      ? (process.kill(process.pid, 'SIGABRT'), new Promise(() => {}))
      : process.env.BREAKS === 'hang'
        ? new Promise(() => {})
        : process.env.BREAKS === 'probe'
          ? Promise.resolve({
              usable: false,
              reason: 'CUDA 11.2 not found: libcudart.so.11.0',
              remedy: 'install CUDA 11.2',
            })
          : cpu.probe(),
  async use(threads) {
    await chooseBackend('cpu', threads)
    if (process.env.BREAKS !== undefined) breakAfter(Number(process.env.BREAKS_AFTER ?? 200), process.env.BREAKS)
  },
})

export default [broken('tensorflow'), broken('webgpu')]
