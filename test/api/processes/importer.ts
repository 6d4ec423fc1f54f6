/** Imports one made-up corpus after the other, with some faulty sentences to leave out, and says each once it is kept. */
import { mkdirSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { importCorpus } from '../../../main/api/datasets/importCorpus.ts'
import { openStore } from '../../../main/store/index.ts'

/** 300 sentences, and one whose line has no tag. */
const textOf = (what: string) =>
  `${Array.from({ length: 300 }, (_, s) => `word${s}\tN\n${what.replaceAll(' ', '')}\tV\n\n`).join('')}faulty\n\n`

const [path, folder, from] = process.argv.slice(2)
const store = openStore(path)
mkdirSync(folder, { recursive: true })
for (let n = Number(from); ; n++) {
  const files = (['train', 'dev'] as const).map((split) => {
    const at = join(folder, `${split}.txt`)
    writeFileSync(at, textOf(`${split} ${n}`))
    return { split, path: at, file: split, name: `${split}.txt`, bytes: statSync(at).size }
  })
  const tasks = [{ name: 'pos', column: 1, kind: 'auto' as const, scheme: 'auto' as const }]
  await importCorpus(
    { store, notify: () => {} },
    { name: `corpus ${n}`, files, format: 'conll', words: 0, devFraction: 0.1, tasks, problems: 'skip' },
  )
  writeSync(1, `${n}\n`)
}
