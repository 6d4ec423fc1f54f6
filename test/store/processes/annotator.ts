/**
 * Works on the annotation project `p` of the database named first. decide: fixes sentence after sentence and says each once it is kept.
 * suggest: has one model after the other suggest for all sentences, without end, and says each round.
 */
import { setTimeout } from 'node:timers/promises'
import { openStore } from '../../../main/store/index.ts'
import type { Answer, SuggestingModel } from '../../../shared/annotation/project.ts'
import type { SentenceTags } from '../../../shared/tags/tagging.ts'

const [path, how] = process.argv.slice(2)
const { annotation } = openStore(path)
const { counts } = annotation.get('p')
const total = counts.open + counts.accepted + counts.fixed + counts.skipped

function decide(): void {
  for (let position = 0; position < total; position++) {
    const label = `H${position}`
    const answers: Answer[] = [
      { task: 'pos', labels: [label, label], spans: null },
      { task: 'np', labels: null, spans: [{ type: 'NP', from: 0, to: 2 }] },
    ]
    annotation.decide('p', position, annotation.item('p', position).revision, answers, {
      order: 'file',
      filter: 'open',
    })
    process.stdout.write(`${position};\n`)
  }
}

async function suggest(): Promise<void> {
  for (let n = 2; ; n = n === 2 ? 3 : 2) {
    const model: SuggestingModel = { run: `run-${n}`, name: 'later', method: 'sparse' }
    annotation.setModel('p', model, new Map())
    const tags: SentenceTags[] = [
      { task: 'pos', tags: ['M', 'M'], confidence: [0.5, 0.5], spans: null },
      { task: 'np', tags: ['O', 'O'], confidence: [1, 1], spans: [] },
    ]
    for (let from = 0; from < total; from += 30) {
      annotation.suggest(
        'p',
        model,
        Array.from({ length: 30 }, (_, i) => ({ position: from + i, tags })),
      )
      // SQLite's lock is not fair: a process that never pauses keeps it.
      await setTimeout(2)
    }
    process.stdout.write('round\n')
  }
}

if (how === 'decide') decide()
else await suggest()
