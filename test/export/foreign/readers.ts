/** Readers of the exported formats from other programs. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { parseSafetensorsMetadata } from '@huggingface/hub'
import { loadLayersModel, setBackend, tensor, type LayersModel, type Tensor } from '@tensorflow/tfjs'
import { unzipSync } from 'fflate'
import { parse as parseNpy } from 'npyjs'
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node'
import { padded, rowsOf, type Ids } from './ids.ts'
import type { PlainArrays } from './network.ts'

/** Sentences per batch. Their lengths differ, so batches contain padding. */
const BATCH = 200

/** Scores by output, sentence, token and tag. */
export type Scores = Record<string, number[][][]>

/** Scores by ONNX Runtime, and the other outputs of the graph. */
export async function byOnnxRuntime(
  file: string,
  ids: Ids,
): Promise<{ scores: Scores; constants: Record<string, number[]> }> {
  const session = await InferenceSession.create(file)
  const scores: Scores = {}
  const constants: Record<string, number[]> = {}
  for (let from = 0; from < ids.words.length; from += BATCH) {
    const {
      words,
      chars,
      shape: [B, T, C],
    } = padded(ids, from, Math.min(from + BATCH, ids.words.length))
    const int64 = (values: Int32Array, dims: number[]) =>
      new OnnxTensor('int64', BigInt64Array.from(values, BigInt), dims)
    const outputs = await session.run({ words: int64(words, [B, T]), chars: int64(chars, [B, T, C]) })
    for (const [name, { data }] of Object.entries(outputs)) {
      if (name.endsWith('.scores')) (scores[name] ??= []).push(...rowsOf(data as Float32Array, lengthsIn(ids, from), T))
      else constants[name] = [...(data as Float32Array)]
    }
  }
  await session.release()
  return { scores, constants }
}

/** Scores by TensorFlow.js with its own layers, loaded from a server as a page does. */
export async function byTensorFlowJs(
  folder: string,
  file: string,
  ids: Ids,
): Promise<{ scores: Scores; model: LayersModel }> {
  await setBackend('cpu')
  const server = createServer((request, response) =>
    response.end(readFileSync(join(folder, request.url!.slice(1)))),
  ).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  const model = await loadLayersModel(`http://127.0.0.1:${(server.address() as { port: number }).port}/${file}`)
  server.close()
  const scores: Scores = {}
  for (let from = 0; from < ids.words.length; from += BATCH) {
    const {
      words,
      chars,
      shape: [B, T, C],
    } = padded(ids, from, Math.min(from + BATCH, ids.words.length))
    const inputs = [tensor(words, [B, T], 'int32'), tensor(chars, [B, T, C], 'int32')]
    const predicted = model.predict(inputs)
    const outputs: Tensor[] = Array.isArray(predicted) ? predicted : [predicted]
    outputs.forEach((output, i) =>
      (scores[model.outputNames[i]] ??= []).push(...rowsOf(output.dataSync(), lengthsIn(ids, from), T)),
    )
    for (const one of [...inputs, ...outputs]) one.dispose()
  }
  return { scores, model }
}

const lengthsIn = ({ words }: Ids, from: number) => words.slice(from, from + BATCH).map(({ length }) => length)

/** Arrays by npyjs; fflate extracts them from the zip. */
export function byNpyjs(file: string): PlainArrays {
  const entries = Object.entries(unzipSync(readFileSync(file))).filter(([name]) => name.endsWith('.npy'))
  return new Map(
    entries.map(([name, bytes]) => {
      const { data, shape } = parseNpy(bytes.slice().buffer)
      return [name.slice(0, -4), { shape, data: data as unknown as Float32Array }]
    }),
  )
}

/** Arrays by the parser of Hugging Face's hub, which requests ranges as for a remote file. */
export async function byHuggingFaceHub(
  file: string,
): Promise<{ arrays: PlainArrays; metadata: Record<string, string> }> {
  const bytes = readFileSync(file)
  const fetch = async (_: unknown, options?: RequestInit) => {
    const range = /bytes=(\d+)-(\d+)/.exec(new Headers(options?.headers).get('range') ?? '')
    if (range === null) return new Response(bytes)
    const [from, to] = [Number(range[1]), Math.min(Number(range[2]) + 1, bytes.length)]
    return new Response(bytes.subarray(from, to), {
      status: 206,
      headers: { 'content-range': `bytes ${from}-${to - 1}/${bytes.length}`, etag: '"1"' },
    })
  }
  const found = await parseSafetensorsMetadata({
    repo: 'made/up',
    path: 'model.safetensors',
    fetch: fetch,
  })
  if (found.sharded) throw new Error('read as one of several files')
  const { __metadata__: metadata, ...entries } = found.header
  const start = 8 + Number(bytes.readBigUInt64LE(0))
  const arrays = Object.entries(entries).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      const own = bytes.subarray(start + from, start + to)
      return [name, { shape, data: dtype === 'F32' ? new Float32Array(Uint8Array.from(own).buffer) : own }] as const
    },
  )
  return { arrays: new Map(arrays), metadata: metadata as Record<string, string> }
}
