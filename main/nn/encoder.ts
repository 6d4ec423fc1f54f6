/** The BiLSTM layers from the embeddings to a task's head, as the tasks share them. */
import type { Tensor } from '@tensorflow/tfjs-core'
import { bilstm, type LstmDirection } from './ops/bilstm.ts'
import { bilstmInference } from './ops/bilstmInference.ts'
import { crossStitch } from './ops/crossStitch.ts'
import { bilstmName, layersBeneath, stitchName, type NetworkShape } from './parameters.ts'

/** A task's mask where the arithmetic runs: bool tensors by parameter name. Null = all ones. Dispose what makeDeviceMask made. */
export type DeviceMask = ReadonlyMap<string, Tensor> | null

/** Where the layers find their weights, and the mask over them. */
export interface EncoderWeights {
  get(name: string): Tensor
  mask: DeviceMask
}

/** The order of the tokens, and in prediction the row of x that each of the N reads; null where x has a row a token. */
export interface EncoderBatch {
  batchSizes: Int32Array
  forms: Int32Array | null
}

/** x [N, I], or [F, I] with forms → [N, 2H]: the layers beneath the task's head; shared by all tasks, or with soft sharing the task's own. */
export function encode(
  x: Tensor,
  batch: EncoderBatch,
  task: string,
  shape: NetworkShape,
  weights: EncoderWeights,
): Tensor {
  if (shape.soft?.variant === 'crossStitch') return encodeStitched(x, batch, task, shape, weights)
  const owner = shape.soft ? task : undefined
  let h = x
  for (let layer = 0; layer < layersBeneath(shape, task); layer++) h = runLayer(h, batch, layer, owner, weights)
  return h
}

/**
 * All tasks' BiLSTMs side by side, with cross-stitch units after each layer: what task t passes on is Σ_s α_ts h_s, α learned.
 */
function encodeStitched(
  x: Tensor,
  batch: EncoderBatch,
  task: string,
  shape: NetworkShape,
  weights: EncoderWeights,
): Tensor {
  const tasks = shape.heads.map((head) => head.task)
  const top = layersBeneath(shape, task) - 1
  const mixed = (t: number, layer: number, outputs: Tensor[]) => crossStitch(outputs, weights.get(stitchName(layer)), t)
  let inputs = tasks.map(() => x)
  for (let layer = 0; ; layer++) {
    const outputs = tasks.map((owner, s) => runLayer(inputs[s], batch, layer, owner, weights))
    if (layer === top) return mixed(tasks.indexOf(task), layer, outputs)
    inputs = tasks.map((_, t) => mixed(t, layer, outputs))
  }
}

function runLayer(
  x: Tensor,
  { batchSizes, forms }: EncoderBatch,
  layer: number,
  owner: string | undefined,
  { get, mask }: EncoderWeights,
): Tensor {
  const direction = (name: string): LstmDirection => ({
    W: get(`${name}.W`),
    b: get(`${name}.b`),
    mask: mask?.get(`${name}.W`) ?? null,
  })
  const [forward, backward] = [
    direction(bilstmName(layer, 'forward', owner)),
    direction(bilstmName(layer, 'backward', owner)),
  ]
  if (forms === null) return bilstm(x, batchSizes, forward, backward)
  // Above the first layer every token has a row of its own.
  return bilstmInference(x, layer === 0 ? forms : Int32Array.from(forms.keys()), batchSizes, forward, backward)
}
