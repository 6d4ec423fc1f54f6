/**
 * What the networks of a run predicted on dev and test: gold tags once per split and task, predictions per method. Arrays
 * are bundles, deflated: tags repeat, so 46,000 tokens take about 10 kB.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Database } from 'better-sqlite3'
import type {
  EvaluatedSplit,
  EvaluatedSplitName,
  EvaluationInfo,
  Prediction,
  StoredEvaluation,
  TagDescription,
} from '../../shared/analysis/evaluated.ts'
import { METHODS, type Method } from '../../shared/settings/methods.ts'
import type { ArrayBundle } from '../../shared/util/arrays.ts'
import { requireIntact } from './blobs.ts'
import { decodeBundle, encodeBundle } from './bundle.ts'
import { tagDescriptionSchema } from './schemas.ts'
import { damaged, parseStored } from './stored.ts'

/** The most bytes that a stored value is inflated to: a made-up archive must not fill the memory. */
const MAX_BYTES = 2 ** 30

interface Blob {
  crc: number
  data: Buffer
}

/** Call writes within a transaction. */
export function evaluationsTable(db: Database) {
  const writeSplit = db.prepare(
    'INSERT OR REPLACE INTO evaluated_splits (run, split, task, description, crc, data) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const writePrediction = db.prepare(
    'INSERT OR REPLACE INTO predictions (run, split, task, method, temperature, crc, data) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const list = db.prepare<[string], { split: EvaluatedSplitName; task: string; methods: string }>(
    `SELECT split, task,
       (SELECT coalesce(json_group_array(method), '[]') FROM predictions p
        WHERE p.run = s.run AND p.split = s.split AND p.task = s.task) AS methods
     FROM evaluated_splits s WHERE run = ? ORDER BY task, split`,
  )
  const readSplit = db.prepare<[string, string, string], Blob & { description: string }>(
    'SELECT description, crc, data FROM evaluated_splits WHERE run = ? AND split = ? AND task = ?',
  )
  const readPrediction = db.prepare<[string, string, string, string], Blob & { temperature: number }>(
    'SELECT temperature, crc, data FROM predictions WHERE run = ? AND split = ? AND task = ? AND method = ?',
  )

  const readTemperatures = db.prepare<[string, string], { task: string; temperature: number }>(
    "SELECT task, temperature FROM predictions WHERE run = ? AND method = ? AND split = 'dev'",
  )

  function loadSplit(run: string, split: EvaluatedSplitName, task: string): EvaluatedSplit | null {
    const row = readSplit.get(run, split, task)
    if (row === undefined) return null
    const what = `The evaluation of ${task} on ${split}`
    const description = parseStored<TagDescription>(what, row.description, tagDescriptionSchema)
    const { lengths, gold, traits } = open(what, row)
    if (!lengths || !gold || !traits) throw damaged(what, 'an array is missing')
    const sentenceStart = new Int32Array(lengths.data.length + 1)
    lengths.data.forEach((length, s) => {
      if (length < 0) throw damaged(what, 'a sentence has a negative length')
      sentenceStart[s + 1] = sentenceStart[s] + length
    })
    const tokens = sentenceStart[lengths.data.length]
    const tags = tagIds(what, gold.data, tokens, description.tagNames.length)
    return { ...description, task, split, sentenceStart, gold: tags, traits: bytes(what, traits.data, tokens) }
  }

  return {
    save(run: string, { evaluated, predictions }: StoredEvaluation): void {
      const { task, split, sentenceStart, gold, traits, kind, score, scheme, tagNames } = evaluated
      const lengths = sentenceStart.slice(1).map((end, s) => end - sentenceStart[s])
      const data = pack({ lengths, gold: compact(gold, tagNames.length), traits })
      writeSplit.run(run, split, task, JSON.stringify({ kind, score, scheme, tagNames }), crc32(data), data)
      for (const { method, tags, confidence, calibrated, temperature } of predictions) {
        const packed = pack({ tags: compact(tags, tagNames.length), confidence, calibrated })
        writePrediction.run(run, split, task, method, temperature, crc32(packed), packed)
      }
    },
    list: (run: string): EvaluationInfo[] =>
      list.all(run).map(({ split, task, methods }) => {
        const known = JSON.parse(methods) as string[]
        return { split, task, methods: METHODS.filter((method) => known.includes(method)) }
      }),
    loadSplit,
    temperatures: (run: string, method: Method) =>
      new Map(readTemperatures.all(run, method).map(({ task, temperature }) => [task, temperature])),
    loadPrediction(run: string, evaluated: EvaluatedSplit, method: Method): Prediction | null {
      const { task, split, tagNames, gold } = evaluated
      const row = readPrediction.get(run, split, task, method)
      if (row === undefined) return null
      const what = `The prediction of ${method} for ${task} on ${split}`
      const { tags, confidence, calibrated } = open(what, row)
      if (!tags || !confidence || !calibrated) throw damaged(what, 'an array is missing')
      if (!(row.temperature > 0 && Number.isFinite(row.temperature)))
        throw damaged(what, `found the temperature ${row.temperature}`)
      return {
        tags: tagIds(what, tags.data, gold.length, tagNames.length),
        confidence: bytes(what, confidence.data, gold.length),
        calibrated: bytes(what, calibrated.data, gold.length),
        temperature: row.temperature,
      }
    },
  }
}

type Values = Uint8Array | Int32Array

const pack = (arrays: Record<string, Values>): Buffer =>
  deflateRawSync(
    encodeBundle(
      Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }])),
    ),
  )

function open(what: string, { data, crc }: Blob): ArrayBundle {
  requireIntact(what, data, crc)
  let inflated: Buffer
  try {
    inflated = inflateRawSync(data, { maxOutputLength: MAX_BYTES })
  } catch (error) {
    throw damaged(what, (error as Error).message)
  }
  return decodeBundle(inflated)
}

/** One byte per tag where that is enough. */
const compact = (ids: Int32Array, tags: number): Values => (tags <= 256 ? Uint8Array.from(ids) : ids)

function tagIds(what: string, values: ArrayBundle[string]['data'], tokens: number, tags: number): Int32Array {
  if (values.length !== tokens) throw damaged(what, `found ${values.length} tags, expected ${tokens}`)
  const ids = new Int32Array(values)
  const wrong = ids.find((id) => id < 0 || id >= tags)
  if (wrong !== undefined) throw damaged(what, `found tag ${wrong} of ${tags}`)
  return ids
}

function bytes(what: string, values: ArrayLike<number>, tokens: number): Uint8Array {
  if (!(values instanceof Uint8Array) || values.length !== tokens)
    throw damaged(what, `found ${values.length} values, expected ${tokens} bytes`)
  return values
}
