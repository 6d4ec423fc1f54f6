/** The BiLSTM layers between the embeddings and a task's head. */
import type { Tensor } from '@tensorflow/tfjs-core'
import { bilstm, type LstmDirection } from './ops/bilstm.ts'
import { bilstmInference } from './ops/bilstmInference.ts'
import { crossStitch } from './ops/crossStitch.ts'
import { bilstmName, layersBeneath, stitchName, type NetworkShape } from './parameters.ts'

/**
 * A task's mask on the device: bool tensors by parameter name. Null = all ones. The caller disposes of it
 * (disposeDeviceMask).
 */
export type DeviceMask = ReadonlyMap<string, Tensor> | null

/** Where the layers find their weights, and the mask over them. */
export interface EncoderWeights {
  get(name: string): Tensor
  mask: DeviceMask
}

/**
 * The order of the tokens; in prediction also the row of x that each of the N tokens reads. Null where x has one row
 * per token.
 */
export interface EncoderBatch {
  batchSizes: Int32Array
  uniqueTokens: Int32Array | null
}

/**
 * The layers beneath the task's head: x [N, I], or [U, I] with uniqueTokens → [N, 2H]. They are shared by all tasks; in
 * soft sharing each task has its own.
 */
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
 * The BiLSTMs of all tasks in parallel, with a cross-stitch unit after each layer: task t passes on Σ_s α_ts h_s, with
 * α learned.
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
  { batchSizes, uniqueTokens }: EncoderBatch,
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
  if (uniqueTokens === null) return bilstm(x, batchSizes, forward, backward)
  // Above the first layer, x has one row per token.
  const rows = layer === 0 ? uniqueTokens : Int32Array.from(uniqueTokens.keys())
  return bilstmInference(x, rows, batchSizes, forward, backward)
}
