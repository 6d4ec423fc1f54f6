/** Presets: sets of training settings to start from. A preset never contains data. */
import { same } from '../util/nested.ts'

export interface Preset {
  id: 'quick' | 'small' | 'paper'
  title: string
  /** Its purpose, and what to expect. */
  sentence: string
  /** By dotted name. All other settings are the paper's. */
  settings: Record<string, number | string | boolean | null>
}

/** The sections that say how to train. */
const SECTIONS = ['model', 'optimizer', 'warmup', 'imp', 'joint', 'soft']
/** Word vectors are data. */
const DATA = ['model.vectors']

/**
 * quick: prunes by 30 % three times instead of by 10.87 % twenty times, so that its last rounds keep 49 % and 34 % of
 * the weights, around the 45 to 56 % that the paper chose; a few epochs are enough to distinguish good subnets, and
 * patience ends the rest. On CoNLL-2003 these are at most 3 tasks × 4 rounds × 5 epochs and 3 × 10 joint ones: a
 * seventieth of the paper's 6,300 + 300.
 * small: with 60 sentences of CoNLL-2003, of which 12 are dev, batches of 2 and a patience of 25 epochs reach a dev F1 of
 * 60, batches of 4 and a patience of 8 only 7: such few sentences need many steps.
 */
export const PRESETS: readonly Preset[] = [
  {
    id: 'quick',
    title: 'Quick look',
    sentence:
      'Minutes, not hours: three rounds of pruning, to 34 % of the weights, and few epochs. Shows whether ' +
      'sharing helps; scores stay below what is possible.',
    settings: {
      'imp.epochs': 5,
      'imp.pruningRate': 0.3,
      'imp.maxRounds': 3,
      'imp.patience': 2,
      'joint.epochs': 10,
      'joint.patience': 3,
    },
  },
  {
    id: 'small',
    title: 'Small data',
    sentence:
      'For some dozens to some hundreds of sentences: tiny batches, many short epochs, two rounds of pruning, and an ' +
      'early end where nothing improves. Seconds to minutes.',
    settings: {
      'optimizer.batchSize': 2,
      'imp.epochs': 100,
      'imp.pruningRate': 0.3,
      'imp.maxRounds': 2,
      'imp.patience': 25,
      'joint.epochs': 100,
      'joint.patience': 25,
    },
  },
  {
    id: 'paper',
    title: 'The paper’s Exp1',
    sentence:
      'As on CoNLL-2003 in the paper: twenty rounds of pruning, to 10 % of the weights, 100 epochs each, and ' +
      '100 joint ones. The best scores, after many hours.',
    settings: {},
  },
]

/**
 * The batch size that goes with the preset *Small data* for so many train sentences: from its 2 to the paper's 10, for
 * the more sentences there are, the fewer epochs it takes.
 */
export function smallBatchSize(sentences: number): number {
  return Math.min(10, Math.max(2, Math.round(sentences / 100)))
}

type Named = { path: readonly string[]; default?: unknown }

/** The values of all settings that a preset determines. */
export function presetSettings(
  { settings }: Preset,
  all: readonly Named[],
): { path: readonly string[]; value: unknown }[] {
  const trained = all.filter(({ path }) => SECTIONS.includes(path[0]) && !DATA.includes(path.join('.')))
  return trained.map(({ path, default: usual }) => ({
    path,
    value: Object.hasOwn(settings, path.join('.')) ? settings[path.join('.')] : usual,
  }))
}

/** The preset that has these settings; null where none has. */
export function presetOf(valueOf: (path: readonly string[]) => unknown, all: readonly Named[]): Preset | null {
  return (
    PRESETS.find((preset) => presetSettings(preset, all).every(({ path, value }) => same(valueOf(path), value))) ?? null
  )
}
