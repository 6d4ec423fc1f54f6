/** Paths of a config: relative to its file, absolute once a run keeps them. */
import { isAbsolute, resolve } from 'node:path'
import type { ExperimentConfig } from '../../shared/config.ts'

/** The same config with paths that hold from another folder: those that would not become absolute. */
export function withPathsFrom(config: ExperimentConfig, baseDir: string, newBase: string): ExperimentConfig {
  const move = <T extends string | null>(path: T) => (path === null || isAbsolute(path) || baseDir === newBase ? path : (resolve(baseDir, path) as T))
  const corpora = Object.entries(config.corpora).map(([name, corpus]) => [name, { ...corpus, train: move(corpus.train), dev: move(corpus.dev), test: move(corpus.test) }])
  return { ...config, corpora: Object.fromEntries(corpora), model: { ...config.model, vectors: move(config.model.vectors) } }
}
