/**
 * A process that imports corpora is killed with -9 at random moments of an import: what the catalogue has is whole, what
 * was said to be kept is there, and what was left in the middle is removed later.
 * KILLS=100 npx vitest run test/api/importKills.test.ts
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { sweep } from '../../main/api/datasets/corpusFiles.ts'
import { openStore } from '../../main/store/index.ts'
import { deriveKey, uniform } from '../../shared/util/random.ts'

const KILLS = Number(process.env.KILLS ?? 4)
const IMPORTER = fileURLToPath(new URL('./processes/importer.ts', import.meta.url))

it(
  `no import is there by half after ${KILLS} kills`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'imports-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, 'runs.db')
    const store = openStore(path)
    onTestFinished(() => store.close())
    const key = deriveKey(5, 'imports')
    let imported = 0
    for (let kill = 0; kill < KILLS; kill++) {
      imported = await killed(path, join(folder, 'sources'), imported, 120 * uniform(kill, key))
      const corpora = store.listCorpora()
      const names = new Set(corpora.map(({ name }) => name))
      for (let n = 0; n < imported; n++) expect(names).toContain(`corpus ${n}`)
      // One more may be recorded than was said.
      expect(corpora.length - imported).toBeOneOf([0, 1])
      imported = corpora.length
      for (const { files } of corpora)
        for (const { path: at, hash, rejectedPath, rejectedSentences } of files) {
          expect(createHash('sha256').update(readFileSync(at)).digest('hex')).toBe(hash)
          expect(rejectedSentences).toBe(1)
          expect(existsSync(rejectedPath!)).toBe(true)
        }
    }
    const kept = store.listCorpora().flatMap(({ files }) => files.flatMap((one) => [one.path, one.rejectedPath!]))
    const catalogue = store.corporaFolder!
    // Files younger than an hour may belong to an import that is running.
    const old = new Date(Date.now() - 48 * 3_600_000)
    for (const entry of readdirSync(catalogue, { recursive: true }) as string[])
      utimesSync(join(catalogue, entry), old, old)
    await sweep(store, catalogue)
    expect(readdirSync(catalogue).toSorted()).toEqual(kept.map((at) => at.slice(catalogue.length + 1)).toSorted())
  },
  20_000 + 10_000 * KILLS,
)

/** Lets a process import, and kills it so many milliseconds after its first import. Returns how many are said to be kept. */
async function killed(path: string, sources: string, from: number, milliseconds: number): Promise<number> {
  const child = spawn(process.execPath, [IMPORTER, path, sources, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let told = from
  child.stdout.on('data', (data: Buffer) => {
    if (told === from) setTimeout(() => child.kill('SIGKILL'), milliseconds)
    told += data.toString().split('\n').length - 1
  })
  await once(child, 'close')
  expect(told).toBeGreaterThan(from)
  return told
}
