/**
 * A model as one file that stores what its masks keep and nothing of what they prune. A safetensors file: of every
 * weight matrix that masks cover, the values that at least one task keeps, in row-major order (`kept.NAME`), and one
 * bit per weight for every task (`mask.TASK.NAME`); all other arrays are stored whole. Names begin with the number of
 * their network. Vocabulary, token conventions and shapes are in the metadata. `sha256` in the metadata is the hash of
 * the whole file with that hash's own digits written as zeros.
 */
import { own } from '../../shared/util/nested.ts'
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { sizeOf, type ArrayBundle, type NumericArray } from '../../shared/util/arrays.ts'
import { packBits, unionAll, unpackBits, type Mask } from '../../shared/network/mask.ts'
import type { TaggerInfo } from '../../shared/tags/tagging.ts'
import { readTokenConventions, type TokenConventions } from '../../shared/tags/tokenConventions.ts'
import { shareBundle } from '../data/sharedArrays.ts'
import type { VocabularyJson } from '../data/vocabulary.ts'
import { layersBeneath, parameterSpecs, prunableLayers, type NetworkShape } from '../nn/parameters.ts'
import { bundleMetadata, decodeBundle, encodeBundle } from '../store/bundle.ts'
import type { TaskColumns } from './conlluWriter.ts'
import type { TaggerModel, TaggerNetwork, TaggerTask } from './model.ts'

const FORMAT = 'sparse-sharing packed 2'
/** Earlier versions: their checksum covers the weights, and nothing else. */
const FORMAT_1 = 'sparse-sharing packed 1'
const NO_HASH = '0'.repeat(64)

interface PackedTask {
  name: string
  masked: boolean
  /** Fitted on dev; missing where none was, and in files of earlier versions. */
  temperature?: number
  /** Whether confidences are divided by it unless it is said otherwise. */
  calibrated?: boolean
}

interface Header {
  info: TaggerInfo
  vocabulary: VocabularyJson
  networks: { shape: NetworkShape; tasks: PackedTask[] }[]
  columns: TaskColumns['tasks']
  /** Missing in files of version 1. */
  tokens?: TokenConventions | null
}

export interface Unpacked {
  model: TaggerModel
  config: TaskColumns
  /** What people should know about the file; null if nothing. */
  warning: string | null
}

/** Heads and layers of tasks that the model does not tag are left out, and so are those tasks in the vocabulary. */
export function encodePacked({ info, vocabulary, tokens, networks }: TaggerModel, config: TaskColumns): Buffer {
  const named = info.tasks.map(({ name }) => name)
  const narrowed = networks.map(narrow)
  const header: Header = {
    info,
    vocabulary: { ...vocabulary, tasks: Object.fromEntries(named.map((name) => [name, vocabulary.tasks[name]])) },
    networks: narrowed.map(({ shape, tasks }) => ({
      shape,
      tasks: tasks.map(packedTask),
    })),
    columns: Object.fromEntries(named.map((name) => [name, { tags: own(config.tasks, name)?.tags ?? null }])),
    tokens,
  }
  const arrays = Object.assign({}, ...narrowed.map((network, n) => packNetwork(network, `${n}.`))) as ArrayBundle
  const bytes = encodeBundle(arrays, { format: FORMAT, sha256: NO_HASH, model: JSON.stringify(header) })
  bytes.write(hashOf(bytes), hashPlace(bytes, NO_HASH), 'latin1')
  return bytes
}

function packedTask({ name, mask, temperature = 1, fitted }: TaggerTask): PackedTask {
  const calibration = fitted === undefined ? {} : { temperature: fitted, calibrated: temperature === fitted }
  return { name, masked: mask !== null, ...calibration }
}

/** Throws an Error if the bytes are not a packed model, are of an unknown version, or are damaged. */
export function decodePacked(bytes: Uint8Array): Unpacked {
  const metadata = bundleMetadata(bytes)
  const { format, model: text } = metadata
  if (format !== FORMAT && format !== FORMAT_1)
    throw new Error(
      `found ${format === undefined ? 'no packed model' : JSON.stringify(format)}, expected ${JSON.stringify(FORMAT)}`,
    )
  if (format === FORMAT) checkHash(bytes, metadata.sha256)
  const arrays = decodeBundle(bytes)
  if (format === FORMAT_1 && metadata.crc32 !== checksum(arrays))
    throw new Error('its weights are not the ones that were written')
  const { info, vocabulary, networks, columns, tokens = null } = JSON.parse(text) as Header
  return {
    model: {
      info,
      vocabulary,
      tokens: tokens === null ? null : readTokenConventions(tokens),
      backend: 'auto',
      networks: networks.map((network, n) => unpackNetwork(network, arrays, `${n}.`)),
    },
    config: { tasks: columns },
    warning:
      format === FORMAT
        ? null
        : 'this packed model was written by an earlier version, and its checksum does not cover its tags and words; ' +
          'export it again to have all of it checked',
  }
}

/** Where the digits of the hash begin. They come before all text that a person or a corpus chose. */
function hashPlace(bytes: Uint8Array, hash: string): number {
  const key = `"sha256":"${hash}"`
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(key, 0, 'latin1')
  return at + key.indexOf(hash)
}

/** Of a file whose own hash is written as zeros. */
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

function checkHash(bytes: Uint8Array, written: string | undefined): void {
  if (written?.length === NO_HASH.length) {
    const place = hashPlace(bytes, written)
    const blank = Buffer.from(bytes)
    blank.write(NO_HASH, place, 'latin1')
    if (hashOf(blank) === written) return
  }
  throw new Error('its bytes are not the ones that were written')
}

/**
 * Only the heads and layers that its tasks need. Cross-stitched tasks need each other, so their network stays whole.
 */
function narrow({ shape, weights, tasks }: TaggerNetwork): TaggerNetwork {
  if (shape.soft?.variant === 'crossStitch') return { shape, weights, tasks }
  const heads = shape.heads
    .filter(({ task }) => tasks.some(({ name }) => name === task))
    .map((head) => ({ ...head, layers: layersBeneath(shape, head.task) }))
  const layers = Math.max(...heads.map((head) => head.layers))
  const less = { ...shape, heads, model: { ...shape.model, layers } }
  return {
    shape: less,
    weights: Object.fromEntries(parameterSpecs(less).map(({ name }) => [name, weights[name]])),
    tasks,
  }
}

function packNetwork({ shape, weights, tasks }: TaggerNetwork, prefix: string): ArrayBundle {
  const masks = tasks.flatMap(({ name, mask }) => (mask === null ? [] : [{ name, mask }]))
  // A task without a mask keeps every weight.
  const union = masks.length < tasks.length ? null : unionAll(masks.map(({ mask }) => mask))
  const needed = new Map(union?.layers.map(({ name, kept }) => [name, kept]))
  const entries = Object.entries(weights).map(([name, { shape: dims, data }]) => {
    const kept = needed.get(name)
    if (kept === undefined) return [`${prefix}${name}`, { shape: dims, data }] as const
    const values = (data as Float32Array).filter((_, i) => kept[i] === 1)
    return [`${prefix}kept.${name}`, { shape: [values.length], data: values }] as const
  })
  const covered = new Set(prunableLayers(shape).map(({ name }) => name))
  const bits = masks.flatMap(({ name: task, mask }) =>
    mask.layers
      .filter(({ name }) => covered.has(name))
      .map(({ name, kept }) => {
        const data = packBits(kept)
        return [`${prefix}mask.${task}.${name}`, { shape: [data.length], data }] as const
      }),
  )
  return Object.fromEntries([...entries, ...bits]) as ArrayBundle
}

function unpackNetwork(
  { shape, tasks }: Header['networks'][number],
  arrays: ArrayBundle,
  prefix: string,
): TaggerNetwork {
  const take = (name: string, dims?: readonly number[]): NumericArray => {
    const found = arrays[`${prefix}${name}`]
    if (found === undefined) throw new Error(`it lacks ${name}`)
    if (dims !== undefined && String(found.shape) !== String(dims))
      throw new Error(`${name} has shape [${found.shape}], expected [${dims}]`)
    return found.data
  }
  const maskOf = (task: string): Mask => ({
    layers: prunableLayers(shape).map(({ name, shape: dims }) => ({
      name,
      shape: dims,
      kept: unpackBits(take(`mask.${task}.${name}`) as Uint8Array, sizeOf(dims)),
    })),
  })
  const own = tasks.map(({ name, masked, temperature, calibrated = false }): TaggerTask => {
    const mask = masked ? maskOf(name) : null
    if (temperature === undefined) return { name, mask }
    if (!(temperature > 0 && Number.isFinite(temperature)))
      throw new Error(`${name} has the temperature ${temperature}, expected a positive number`)
    return { name, mask, fitted: temperature, ...(calibrated && { temperature }) }
  })
  const masks = own.flatMap(({ mask }) => (mask === null ? [] : [mask]))
  const union = masks.length < own.length ? null : unionAll(masks)
  const needed = new Map(union?.layers.map(({ name, kept }) => [name, kept]))
  const weights = Object.fromEntries(
    parameterSpecs(shape).map(({ name, shape: dims }): [string, ArrayBundle[string]] => {
      const kept = needed.get(name)
      return [
        name,
        { shape: dims, data: kept === undefined ? take(name, dims) : spread(take(`kept.${name}`), kept, name) },
      ]
    }),
  )
  return { shape, weights: shareBundle(weights), tasks: own }
}

/** The values at the kept positions, 0 elsewhere. */
function spread(values: NumericArray, kept: Uint8Array, name: string): Float32Array {
  const whole = new Float32Array(kept.length)
  let next = 0
  for (let i = 0; i < whole.length; i++) if (kept[i] === 1) whole[i] = values[next++]
  if (next !== values.length) throw new Error(`its masks keep ${next} weights of ${name}, it has ${values.length}`)
  return whole
}

/** Of version 1: over all arrays, in the order of the file. */
function checksum(arrays: ArrayBundle): string {
  return String(
    Object.values(arrays).reduce(
      (sum, { data }) => crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), sum),
      0,
    ),
  )
}
