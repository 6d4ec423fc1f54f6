/** The size of word vectors as a run has it: that of the vectors themselves, where nothing else was set. */
import { PAPER_WORD_DIM, type ExperimentConfig } from '../../shared/settings/config.ts'
import { vectorDim } from '../data/vectorSource.ts'

/** The same settings with model.wordDim as the vectors have it. A size other than the default was set by a person and stays. */
export async function withVectorDim(config: ExperimentConfig): Promise<ExperimentConfig> {
  const { vectors, wordDim } = config.model
  if (vectors === null || wordDim !== PAPER_WORD_DIM) return config
  const dim = await vectorDim(vectors)
  return dim === null ? config : { ...config, model: { ...config.model, wordDim: dim } }
}
