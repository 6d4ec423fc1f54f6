/** The backends that tests of the core run on: a later one is a line here. */
import { chooseBackend } from '../../main/backend/choose.ts'
import { tensorflow } from '../../main/backend/tensorflow/index.ts'
import { whyNot, type BackendName } from '../../shared/devices/backends.ts'
import { loadNative } from '../../native/index.ts'

export interface TestBackend {
  name: string
  /** Makes it current in this thread, which is global to TensorFlow.js: call it in every test, not once a file. */
  use(threads?: number): Promise<void>
}

const named = (name: BackendName): TestBackend => ({
  name,
  use: async (threads = 1) => void (await chooseBackend(name, threads)),
})

/** Plain TensorFlow.js: it has none of our kernels, so every op runs as its composed version, the specification. */
export const COMPOSED = named('cpu')

export const HAS_NATIVE = 'kernels' in loadNative()

/** Why the webgpu backend is not tested here; null where it is (see softwareVulkan.ts). */
export const NO_WEBGPU = process.env.SPARSE_SHARING_TEST_WEBGPU || null

const withTensorflow = await tensorflow.probe()

/** Why the tensorflow backend is not tested here; null where it is: "npm run build:tensorflow" makes it so. */
export const NO_TENSORFLOW = withTensorflow.usable ? null : whyNot(withTensorflow)

/** All that are present on this machine and quick enough to train in many tests: a graphics card is mostly imitated. */
export const BACKENDS: TestBackend[] = [
  ...(HAS_NATIVE ? [named('native')] : []),
  ...(NO_TENSORFLOW === null ? [named('tensorflow')] : []),
  COMPOSED,
]

/** Those and webgpu, for tests of the arithmetic. */
export const ALL_PRESENT: TestBackend[] = [...BACKENDS, ...(NO_WEBGPU === null ? [named('webgpu')] : [])]

/** The fastest of them, for tests whose subject is not the arithmetic. */
export const FASTEST = BACKENDS[0]
