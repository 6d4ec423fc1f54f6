/** The import rules detect violations, and agree with ARCHITECTURE.md. */
import { readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { describe, expect, test } from 'vitest'
import { folderWith } from './config/helpers.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
  forbidden: NonNullable<IFlattenedRuleSet['forbidden']>
  options: object
}

/** A tiny project that follows every rule; each test adds a violation. */
const sound = {
  'package.json': readFileSync(join(root, 'package.json'), 'utf8'),
  'main/entry/cli.ts': `import '../cli/main.ts'\nimport '../experiment/lifecycle.ts'\nimport { openStore } from '../store/index.ts'\nopenStore()`,
  'main/cli/main.ts': `import type { Store } from '../store/types.ts'\nexport const store: Store = {}`,
  'main/experiment/lifecycle.ts': `import '../nn/network.ts'\nimport '../backend/choose.ts'`,
  'main/nn/network.ts': `import { tensor } from '@tensorflow/tfjs-core'\nimport './ops/bilstm.ts'\nimport { ones } from '../../shared/network/mask.ts'\nones(tensor)`,
  'main/nn/ops/bilstm.ts': `import '@tensorflow/tfjs-core'`,
  'main/backend/choose.ts': `import '../nn/ops/bilstm.ts'\nimport '../../native/index.ts'`,
  'main/store/index.ts': `import Database from 'better-sqlite3'\nimport type { Store } from './types.ts'\nexport const openStore = (): Store => new Database('')`,
  'main/store/types.ts': `export interface Store {}`,
  'native/index.ts': `import { createRequire } from 'node:module'\ncreateRequire('')`,
  'shared/network/mask.ts': `import { z } from 'zod'\nexport const ones = z`,
  'renderer/main.ts': `import { createApp } from 'vue'\nimport { ones } from '../shared/network/mask.ts'\ncreateApp(ones)`,
}

/** The violations in a project with these files, as `rule: file`. */
async function violations(files: Record<string, string>): Promise<string[]> {
  const folder = folderWith({ ...sound, ...files })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const result = await cruise(['main', 'shared', 'native', 'renderer'], {
    ...config.options,
    ruleSet: { forbidden: config.forbidden },
    validate: true,
    baseDir: folder,
  })
  return (result.output as ICruiseResult).summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`)
}

test('the table in ARCHITECTURE.md is the one that is enforced', () => {
  const rows = [...readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').matchAll(/^\| (\w+) \| (.*?) ?\| .* \|$/gm)].map(
    ([, layer, allowed]) => [`layer-${layer}`, allowed],
  )
  expect(rows).toEqual(
    config.forbidden.filter(({ name }) => name?.startsWith('layer-')).map(({ name, comment }) => [name, comment]),
  )
})

test('a project without violations passes', async () => {
  expect(await violations({})).toEqual([])
})

describe('violations', () => {
  test.each<[string, Record<string, string>]>([
    [
      'layer-nn: main/nn/network.ts',
      {
        'main/nn/network.ts': `import '../experiment/lifecycle.ts'`,
        'main/experiment/lifecycle.ts': `import 'node:fs'\nimport '../backend/choose.ts'`,
      },
    ],
    [
      'layer-experiment: main/experiment/lifecycle.ts',
      {
        'main/experiment/lifecycle.ts': `import '../cli/main.ts'\nimport '../nn/network.ts'\nimport '../backend/choose.ts'`,
      },
    ],
    [
      'types-only-cli-store: main/cli/main.ts',
      { 'main/cli/main.ts': `import { openStore } from '../store/index.ts'\nopenStore()` },
    ],
    ['layer-cli: main/cli/main.ts', { 'main/cli/main.ts': `await import('../experiment/lifecycle.ts')` }],
    ['main-imports-below: main/cli/main.ts', { 'main/cli/main.ts': `import '../../renderer/main.ts'` }],
    [
      'backend-knows-interfaces: main/backend/choose.ts',
      { 'main/backend/choose.ts': `import '../nn/network.ts'\nimport '../../native/index.ts'` },
    ],
    ['native-stands-alone: native/index.ts', { 'native/index.ts': `import '../shared/network/mask.ts'` }],
    [
      'shared-is-pure: shared/network/mask.ts',
      { 'shared/network/mask.ts': `import { readFileSync } from 'node:fs'\nexport const ones = readFileSync` },
    ],
    [
      'shared-is-pure: shared/network/mask.ts',
      {
        'shared/network/mask.ts': `import type { Store } from '../main/store/types.ts'\nexport const ones = {} as Store`,
      },
    ],
    [
      'renderer-sees-shared: renderer/main.ts',
      { 'renderer/main.ts': `import type { Store } from '../main/store/types.ts'\nexport const store: Store = {}` },
    ],
    ['renderer-sees-shared: renderer/main.ts', { 'renderer/main.ts': `import 'node:path'` }],
    [
      'renderer-sees-shared: renderer/App.vue',
      {
        'renderer/main.ts': `import App from './App.vue'\nApp()`,
        'renderer/App.vue': `<script setup lang="ts">\nimport { ipcRenderer } from 'electron'\nipcRenderer.on('a', () => {})\n</script>`,
      },
    ],
    [
      'preload-is-thin: main/entry/preload.ts',
      { 'main/entry/preload.ts': `import 'electron'\nimport '../store/index.ts'` },
    ],
    [
      'electron-at-entry: main/store/index.ts',
      { 'main/store/index.ts': `import { app } from 'electron'\nexport const openStore = () => app` },
    ],
    [
      'owned-better-sqlite3: main/experiment/lifecycle.ts',
      {
        'main/experiment/lifecycle.ts': `import 'better-sqlite3'\nimport '../nn/network.ts'\nimport '../backend/choose.ts'`,
      },
    ],
    [
      'test-read-once: main/experiment/lifecycle.ts',
      {
        'main/data/testSplits.ts': `export const loadTestSplits = 1`,
        'main/experiment/lifecycle.ts': `import '../data/testSplits.ts'\nimport '../nn/network.ts'\nimport '../backend/choose.ts'`,
      },
    ],
    [
      'no-cycles: main/nn/network.ts',
      {
        'main/nn/ops/bilstm.ts': `import type { N } from '../network.ts'\nexport type M = N`,
        'main/nn/network.ts': `import type { M } from './ops/bilstm.ts'\nexport type N = M`,
      },
    ],
    ['no-unresolvable: main/nn/network.ts', { 'main/nn/network.ts': `import './gone.ts'\nimport './ops/bilstm.ts'` }],
    [
      'no-dev-dependencies: main/nn/network.ts',
      { 'main/nn/network.ts': `import { build } from 'vite'\nimport './ops/bilstm.ts'\nbuild()` },
    ],
    [
      'no-undeclared: main/nn/network.ts',
      { 'main/nn/network.ts': `import long from 'long'\nimport './ops/bilstm.ts'\nlong()` },
    ],
    ['no-orphans: main/nn/lost.ts', { 'main/nn/lost.ts': `export const lost = 1` }],
    ['no-dead-modules: main/nn/unused.ts', { 'main/nn/unused.ts': `import './ops/bilstm.ts'` }],
  ])('%s', async (expected, files) => {
    expect(await violations(files)).toContain(expected)
  })
})
