/**
 * How long the view of errors waits: figures of a task and filters of sentences, over a made-up run of the size of
 * CoNLL-2003's test (46,000 tokens, 6 methods, 50 tags). npx node bench/errors.ts
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApi } from '../main/api/dispatch.ts'
import { openStore } from '../main/store/index.ts'
import { forkTrainer } from '../main/trainer/fork.ts'
import type { RequestName, Requests } from '../shared/protocol/api.ts'
import { configSchema } from '../shared/settings/config.ts'
import { METHODS } from '../shared/settings/methods.ts'
import { deriveKey, uniform } from '../shared/util/random.ts'

const SENTENCES = 3453
const TOKENS = 46_435
const TAGS = 50
const SEED = 'errors'

const folder = mkdtempSync(join(tmpdir(), 'errors-'))
const key = deriveKey(7, SEED)
let drawn = 0
const draw = () => uniform(drawn++, key)
const below = (n: number) => Math.floor(draw() * n)
const sentenceStart = Int32Array.from({ length: SENTENCES + 1 }, (_, s) => Math.round((s * TOKENS) / SENTENCES))
const words = Array.from({ length: TOKENS }, () => `word${below(8000)}`)
const text = Array.from({ length: SENTENCES }, (_, s) =>
  words
    .slice(sentenceStart[s], sentenceStart[s + 1])
    .map((word) => `${word} T0\n`)
    .join(''),
).join('\n')
const path = join(folder, 'test.txt')
writeFileSync(path, text)

const store = openStore(join(folder, 'runs.db'))
const config = configSchema.parse({
  name: 'made up',
  corpora: { made: { train: path, test: path } },
  tasks: { pos: { tags: 1 }, ner: { tags: 1 } },
})
const hash = createHash('sha256').update(text).digest('hex')
const environment = {
  product: '0',
  node: '0',
  platform: '',
  cpu: '',
  backend: 'native',
  isa: null,
  threads: 2,
  packages: {},
}
const datasets = [
  { hash, path, bytes: text.length, corpus: 'made', split: 'test' as const, sentences: SENTENCES, tokens: TOKENS },
]
const { id } = store.createRun({ name: 'made up', config, environment, datasets })
const types = Array.from({ length: (TAGS - 2) / 2 }, (_, i) => [`B-T${i}`, `I-T${i}`]).flat()
for (const task of ['pos', 'ner']) {
  const isSpan = task === 'ner'
  const tagNames = isSpan ? ['O', ...types] : Array.from({ length: TAGS }, (_, i) => `T${i}`)
  const gold = Int32Array.from({ length: TOKENS }, () => (isSpan && draw() < 0.8 ? 0 : below(tagNames.length)))
  store.saveEvaluation(id, {
    evaluated: {
      ...{ task, split: 'test', kind: isSpan ? 'span' : 'token', score: isSpan ? 'spanF1' : 'accuracy' },
      ...{ scheme: isSpan ? 'IOB2' : null, tagNames, sentenceStart, gold },
      traits: Uint8Array.from({ length: TOKENS }, () => below(5) | (below(5) << 3)),
    },
    predictions: METHODS.map((method) => ({
      method,
      tags: gold.map((tag) => (draw() < 0.92 ? tag : below(tagNames.length))),
      confidence: Uint8Array.from({ length: TOKENS }, () => below(256)),
      calibrated: Uint8Array.from({ length: TOKENS }, () => below(256)),
      temperature: 1,
    })),
  })
}
store.setStatus(id, 'finished')

const api = openApi(store, { version: '0', launchTrainer: forkTrainer })
async function timed<K extends RequestName>(what: string, name: K, args: Requests[K]['arguments']): Promise<void> {
  const start = performance.now()
  const reply = await api.call(name, args)
  const bytes = JSON.stringify(reply).length
  console.log(
    `${what}: ${(performance.now() - start).toFixed(0)} ms, ${Math.round(bytes / 1024)} kB${reply.ok ? '' : ' FAILED'}`,
  )
}
await timed('list of evaluations', 'analysis.run', { run: id })
for (const task of ['pos', 'ner']) {
  const of = { run: id, task, split: 'test' as const }
  const sentences = { ...of, method: 'sparse' as const, wanted: 'error' as const }
  await timed(`${task}: labels and confusion, first time`, 'analysis.task', of)
  await timed(`${task}: the same again`, 'analysis.task', of)
  await timed(`${task}: slices and confidence, first time`, 'analysis.details', of)
  await timed(`${task}: sentences, first time (reads the file)`, 'analysis.sentences', sentences)
  await timed(`${task}: filter by error`, 'analysis.sentences', sentences)
  await timed(`${task}: filter by word`, 'analysis.sentences', { ...sentences, word: 'word77' })
  await timed(`${task}: right with hard, first time`, 'analysis.sentences', { ...sentences, rightWith: 'hard' })
}
await api.close()
store.close()
rmSync(folder, { recursive: true })
