/** Presets against the paper, and against the schema whose defaults are the paper's. */
import { describe, expect, test } from 'vitest'
import { settings } from '../../main/config/settings.ts'
import { configSchema, type ExperimentConfig } from '../../shared/settings/config.ts'
import { setAt, valueAt } from '../../shared/util/nested.ts'
import { lastRound, plannedTrainings } from '../../shared/settings/plan.ts'
import { presetOf, PRESETS, presetSettings, type Preset } from '../../shared/settings/presets.ts'

const preset = (id: Preset['id']) => PRESETS.find((one) => one.id === id)!

function configOf(id: Preset['id'], more: object = {}): ExperimentConfig {
  const input: Record<string, unknown> = {
    corpora: { main: { train: 'a' } },
    tasks: { pos: { tags: 1 }, chunk: { tags: 2 }, ner: { tags: 3 } },
    ...more,
  }
  for (const { path, value } of presetSettings(preset(id), settings)) setAt(input, path, value)
  return configSchema.parse(input)
}

describe('the paper’s Exp1', () => {
  const { model, optimizer, warmup, imp, joint } = configOf('paper', { model: { hidden: 7 }, imp: { patience: 1 } })

  test('has the paper’s network', () => {
    expect(model).toEqual({
      wordDim: 100,
      vectors: null,
      vectorLookup: 'lowercase',
      lowercaseWords: true,
      wordMinCount: 1,
      wordDropout: 0.01,
      charDim: 30,
      charMinCount: 2,
      charFilters: 30,
      charWidth: 3,
      charOut: 30,
      hidden: 200,
      layers: 1,
      dropout: 0.5,
      crf: false,
    })
  })

  test('trains as the paper does', () => {
    expect(optimizer).toMatchObject({ learningRate: 0.1, momentum: 0.9, weightDecay: 0, batchSize: 10 })
    expect(imp).toMatchObject({
      epochs: 100,
      learningRateDecay: 0.05,
      clipNorm: 5,
      minDensity: 0.1,
      maxRounds: null,
      scope: 'global',
      patience: null,
    })
    expect(joint).toEqual({
      epochs: 100,
      learningRateDecay: 0,
      clipValue: 5,
      clipNorm: null,
      averageFrom: null,
      sampling: 'proportional',
      patience: null,
    })
    expect(warmup).toEqual({ steps: 0, epochs: 0 })
  })

  test('prunes in twenty rounds to a tenth; after 5, 6 and 7 it has the densities the paper published', () => {
    expect(lastRound(imp)).toBe(20)
    expect(imp.pruningRate).toBeCloseTo(0.1087, 4)
    expect([6, 7, 5].map((round) => (100 * (1 - imp.pruningRate) ** round).toFixed(2))).toEqual([
      '50.12',
      '44.67',
      '56.23',
    ])
  })
})

test('a quick look takes a small part of the paper’s epochs, around the densities that it chose', () => {
  const epochs = ({ imp, joint, ...config }: ExperimentConfig) => {
    const one = { taskEpoch: new Map(Object.keys(config.tasks).map((task) => [task, 1])), jointEpoch: null }
    return plannedTrainings({ imp, joint, ...config }, one).reduce((total, { steps }) => total + steps!, 0)
  }
  const quick = configOf('quick')
  expect([epochs(configOf('paper')), epochs(quick)]).toEqual([3 * 21 * 100 + 300, 3 * 4 * 5 + 30])
  const densities = Array.from({ length: lastRound(quick.imp) + 1 }, (_, round) => (1 - quick.imp.pruningRate) ** round)
  expect(densities.at(-1)).toBeGreaterThan(quick.imp.minDensity)
  expect(densities.map((density) => Math.round(100 * density))).toEqual([100, 70, 49, 34])
})

describe('which preset settings are', () => {
  const shown = (config: ExperimentConfig) => presetOf((path) => valueAt(config, path), settings)?.id ?? null

  test.each(PRESETS)('$title is recognised with any data', ({ id }) => {
    expect(shown(configOf(id))).toBe(id)
    expect(shown(configOf(id, { model: { vectors: 'glove.txt' }, methods: ['hard'], seed: 1 }))).toBe(id)
  })

  test.each(PRESETS)('$title is no longer recognised once one of its settings differs', ({ id }) => {
    const whole = configOf(id)
    for (const { path } of presetSettings(preset(id), settings)) {
      const changed = structuredClone(whole) as unknown as Record<string, unknown>
      setAt(changed, path, 'another')
      expect(shown(changed as unknown as ExperimentConfig), path.join('.')).not.toBe(id)
    }
  })
})
