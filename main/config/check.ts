/** What must hold between settings, and so cannot be said in the schema of one. */
import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { ExperimentConfig } from '../../shared/config.ts'
import type { Origin } from './issues.ts'
import { didYouMean, nearest } from './nearest.ts'
import type { Problem } from './problems.ts'

/** Problems of a config whose every single setting is right. */
export function checkRelations(config: ExperimentConfig, origin: (path: string[]) => Origin): Problem[] {
  const corpora = Object.keys(config.corpora)
  return Object.entries(config.tasks).flatMap(([name, task]) => {
    const problems: Problem[] = []
    const say = (keys: string[], message: string) => problems.push({ where: origin(['tasks', name, ...keys]).where, message })
    if (task.corpus === null && corpora.length > 1) {
      say([], `tasks.${name}.corpus is missing: there are several corpora (${corpora.join(', ')})`)
    }
    if (task.corpus !== null && !corpora.includes(task.corpus)) {
      say(['corpus'], `tasks.${name}.corpus: there is no corpus ${JSON.stringify(task.corpus)}${didYouMean(nearest(task.corpus, corpora)) || `; there is ${corpora.join(', ')}`}`)
    }
    if (task.tags === null && task.synthetic === null) say([], `tasks.${name} has no tags: give tags (a column) or synthetic`)
    if (task.tags !== null && task.synthetic !== null) say(['synthetic'], `tasks.${name} has both tags and synthetic: give one of them`)
    return problems
  })
}

/** Problems with the files a config names: each must be there. */
export function checkFiles(config: ExperimentConfig, baseDir: string, origin: (path: string[]) => Origin): Problem[] {
  const files: [string[], string | null][] = [[['model', 'vectors'], config.model.vectors]]
  for (const [name, corpus] of Object.entries(config.corpora)) {
    for (const split of ['train', 'dev', 'test'] as const) files.push([['corpora', name, split], corpus[split]])
  }
  return files.flatMap(([path, file]) => {
    if (file === null) return []
    const full = resolve(baseDir, file)
    if (existsSync(full) && !statSync(full).isDirectory()) return []
    const wrong = existsSync(full) ? 'is a folder, expected a file' : 'there is no such file'
    return [{ where: origin(path).where, message: `${path.join('.')}: ${file}: ${wrong}${full === file ? '' : ` (looked for ${full})`}` }]
  })
}
