/**
 * How long the labelling view waits in a project of 50,000 sentences with a model: opening it, the next sentence, a
 * decision, a search. npx node bench/annotate.ts
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openApi } from '../main/api/dispatch.ts'
import { openStore } from '../main/store/index.ts'
import { forkTrainer } from '../main/trainer/fork.ts'
import { labelNamed } from '../shared/annotation/project.ts'
import type { RequestName, Requests } from '../shared/protocol/api.ts'
import { deriveKey, uniform } from '../shared/util/random.ts'

const SENTENCES = 50_000
const WORDS = 20
const REPEATS = 25
const folder = mkdtempSync(join(tmpdir(), 'annotate-'))
const key = deriveKey(7, 'annotate')
let drawn = 0
const below = (n: number) => Math.floor(uniform(drawn++, key) * n)

const store = openStore(join(folder, 'studio.db'))
const api = openApi(store, { version: 'bench', launchTrainer: forkTrainer })

async function ask<K extends RequestName>(name: K, args: Requests[K]['arguments']): Promise<Requests[K]['result']> {
  const reply = await api.call(name, args)
  if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
  return reply.value as Requests[K]['result']
}

/** The median and the longest of some repetitions, in milliseconds. */
async function time(what: string, bar: number, work: (n: number) => Promise<unknown>): Promise<void> {
  const took: number[] = []
  for (let n = 0; n < REPEATS; n++) {
    const began = performance.now()
    await work(n)
    took.push(performance.now() - began)
  }
  took.sort((a, b) => a - b)
  const [median, most] = [took[REPEATS >> 1], took[REPEATS - 1]].map((ms) => ms.toFixed(1).padStart(8))
  console.log(`${what.padEnd(44)} ${median} ms   longest ${most} ms   bar ${bar} ms`)
}

const project = 'bench'
const began = performance.now()
store.annotation.create({
  id: project,
  name: 'bench',
  sources: [{ kind: 'file', name: 'made up', sentences: SENTENCES }],
  tasks: [{ name: 'ner', kind: 'span', labels: ['PER', 'LOC'].map(labelNamed) }],
  model: { run: 'none', name: 'made up', method: 'sparse' },
  sentences: Array.from({ length: SENTENCES }, (_, n) => {
    const words = Array.from({ length: WORDS }, () => `word${below(20_000)}`)
    const text = words.join(' ')
    const offsets = new Int32Array(2 * WORDS)
    let start = 0
    words.forEach((word, t) => {
      offsets[2 * t] = start
      offsets[2 * t + 1] = start + word.length
      start += word.length + 1
    })
    return {
      sentence: { text, start: null, words, offsets, source: null },
      given: null,
      document: `document ${n >> 5}`,
    }
  }),
})
const model = { run: 'none', name: 'made up', method: 'sparse' as const }
store.annotation.suggest(
  project,
  model,
  Array.from({ length: SENTENCES }, (_, position) => ({
    position,
    tags: [
      {
        task: 'ner',
        tags: Array.from({ length: WORDS }, () => 'O'),
        confidence: Array.from({ length: WORDS }, () => 0.5 + below(500) / 1000),
        spans: [],
      },
    ],
  })),
)
console.log(`${SENTENCES} sentences made in ${((performance.now() - began) / 1000).toFixed(1)} s\n`)

const queue = { order: 'uncertain', filter: 'open' } as const
await time('open the project (detail and queue)', 1000, async () => {
  await ask('annotate.get', { project })
  await ask('annotate.queue', { project, ...queue, position: null, count: 40 })
})
await time('the next sentence (step, item, queue)', 50, async (n) => {
  const { position } = await ask('annotate.step', { project, ...queue, position: 37 * n, direction: 'next' })
  await ask('annotate.item', { project, ...queue, position: position! })
  await ask('annotate.queue', { project, ...queue, position, before: 3, count: 40 })
})
await time('a decision, and the sentence after it', 50, async (n) => {
  const position = 101 * n
  const { revision } = await ask('annotate.item', { project, ...queue, position })
  const answers = [{ task: 'ner', labels: null, spans: [{ type: 'PER', from: 0, to: 2 }] }]
  const { next } = await ask('annotate.decide', { project, ...queue, position, revision, answers })
  await ask('annotate.item', { project, ...queue, position: next! })
})
await time('search: a word that a few sentences have', 200, (n) =>
  ask('annotate.queue', { project, ...queue, filter: 'all', text: `word${1000 + n} `, position: null, count: 40 }),
)
await time('search: a text that no sentence has', 200, (n) =>
  ask('annotate.queue', { project, ...queue, filter: 'all', text: `nothing ${n}`, position: null, count: 40 }),
)
await time('search: sentences with a label', 200, () =>
  ask('annotate.queue', {
    project,
    ...queue,
    filter: 'all',
    label: { task: 'ner', label: 'PER' },
    position: null,
    count: 40,
  }),
)

await api.close()
store.close()
rmSync(folder, { recursive: true, force: true })
