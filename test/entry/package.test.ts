/**
 * The package that people install. What `npm pack` puts into it is checked always; the installation into an empty folder
 * (SPARSE_SHARING_TEST_INSTALL=1, as .ci/run sets it) takes a minute or two and needs npm's registry.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { watch } from '../cli/helpers.ts'
import { folderOf } from '../support/corpus.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
  engines: { node: string }
  bin: Record<string, string>
  files: string[]
  scripts: Record<string, string>
}
const MB = 1024 * 1024

/** npm beside this Node's own, or on the path. */
function npm(words: string[], cwd: string): string {
  return execFileSync('npm', words, { cwd, encoding: 'utf8', env: CLEAN, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Without what npm and vitest set for this process; this Node comes first. */
const CLEAN = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV|NODE_COMPILE)/i.test(name)),
  ),
  PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
}

describe('the manifest', () => {
  test('names one Node: in engines, README and the workflow', () => {
    const [, number] = /^>=(\d+)$/.exec(manifest.engines.node)!
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`Node ${number} or newer`)
    const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'development/package.json'), 'utf8')) as {
      optionalDependencies: Record<string, string>
    }
    for (const [name, version] of Object.entries(optionalDependencies))
      if (name.startsWith('node-')) expect(version.split('.')[0], name).toBe(number)
  })

  test('has no script that npm would run on the machine of whoever installs it', () => {
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([
      'postprepare',
    ])
  })

  test('packs the program and nothing of its development', () => {
    const [{ files }] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], root)) as {
      files: { path: string }[]
    }[]
    const paths = files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'))
    expect(paths.toSorted()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      manifest.bin['sparse-sharing'],
      'package.json',
    ])
  })
})

const skipped =
  process.env.SPARSE_SHARING_TEST_INSTALL === undefined
    ? 'SPARSE_SHARING_TEST_INSTALL is not set'
    : spawnSync('npm', ['view', 'better-sqlite3', 'version'], { env: CLEAN, timeout: 20_000 }).status !== 0
      ? 'npm cannot reach a registry'
      : null
if (skipped !== null) console.log(`skipped: the installation of the package: ${skipped}`)

describe.skipIf(skipped !== null)('installed into an empty folder', () => {
  let folder = ''
  let installed = ''
  let seconds = 0
  beforeAll(() => {
    folder = mkdtempSync(join(folderOf({}), 'install-'))
    const [archive] = npm(['pack', '--silent', '--pack-destination', folder], root).trim().split('\n').slice(-1)
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const began = performance.now()
    npm(['install', '--no-audit', '--no-fund', `./${archive}`], folder)
    seconds = (performance.now() - began) / 1000
    installed = join(folder, 'node_modules', 'sparse-sharing-studio')
    return () => rmSync(folder, { recursive: true, force: true })
  })

  const start = (words: string[]) =>
    watch(
      spawn(process.execPath, [join(installed, manifest.bin['sparse-sharing']), ...words], {
        cwd: folder,
        env: { ...CLEAN, SPARSE_SHARING_DB: join(folder, 'studio.db') },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    )

  test('is within its size', () => {
    const size = bytesIn(join(folder, 'node_modules')) / MB
    console.log(`installed: ${size.toFixed(1)} MB in ${seconds.toFixed(1)} s`)
    expect(size).toBeLessThan(120)
  })

  test('says its version', async () => {
    expect(await start(['--version']).outcome).toEqual({
      code: 0,
      out: `sparse-sharing ${manifest.version}\n`,
      err: '',
    })
  })

  test('trains the sample with its own kernels, and the interface reads the run', { timeout: 300_000 }, async () => {
    const quick = ['--imp.epochs', '1', '--imp.maxRounds', '1', '--joint.epochs', '1', '--methods', 'sparse']
    const { code, out, err } = await start(['sample', ...quick]).outcome
    expect(err).not.toMatch(/kernels|warning/i)
    expect([code, out]).toEqual([0, expect.stringContaining('sparse sharing')])

    writeFileSync(
      join(folder, 'program.js'),
      `import { convert, openTagger, readMasks } from 'sparse-sharing-studio'
       const source = { run: 'last', database: 'studio.db' }
       const masks = readMasks(source)
       await using tagger = await openTagger(source, { onWarning: console.error })
       const [sentence] = await tagger.tag('The EU rejects it.')
       const { text } = await convert({ text: 'EU B-ORG\\nagrees O\\n' }, { to: 'doccano', tasks: { ner: '1' } })
       console.log(JSON.stringify({ masks: masks.map(({ task, density }) => [task, density < 1]),
         tokens: sentence.tokens.map(({ text }) => text), tasks: sentence.tasks.map(({ tags }) => tags.length), text }))`,
    )
    const program = spawnSync(process.execPath, ['program.js'], { cwd: folder, env: CLEAN, encoding: 'utf8' })
    expect(program.stderr).toBe('')
    const found = JSON.parse(program.stdout) as { tokens: string[]; text: string }
    expect(found).toMatchObject({
      masks: [
        ['upos', true],
        ['xpos', true],
        ['np', true],
      ],
      tokens: ['The', 'EU', 'rejects', 'it', '.'],
      tasks: [5, 5, 5],
    })
    expect(JSON.parse(found.text)).toMatchObject({ text: 'EU agrees', label: [[0, 2, 'ORG']] })
  })

  test('serves the studio', async () => {
    const { child, outcome, until } = start(['serve', '--port', '0'])
    onTestFinished(() => void child.kill('SIGKILL'))
    let printed = ''
    child.stdout?.on('data', (more: string) => (printed += more))
    await until('stop with Ctrl-C')
    const [address] = /http:\/\/\S+/.exec(printed)!
    const page = await fetch(address)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<div id="app"')])
    child.kill('SIGINT')
    expect((await outcome).code).toBe(0)
  })

  test('its declarations compile in a strict program', () => {
    writeFileSync(
      join(folder, 'typed.ts'),
      `import { convert, openTagger, readMasks, type TaggedSentence } from 'sparse-sharing-studio'
       const tagger = await openTagger({ run: 'last' }, { threads: 1 })
       const found: TaggedSentence[] = await tagger.tag('text')
       const kept: Uint8Array = readMasks({ file: 'model.packed' })[0].layers[0].kept
       export const { text } = await convert({ file: 'a.conll' }, { to: 'conllu' })
       export { found, kept }`,
    )
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          noEmit: true,
          strict: true,
          module: 'nodenext',
          target: 'es2024',
          lib: ['es2024', 'esnext.disposable'],
          types: [],
        },
        files: ['typed.ts'],
      }),
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { cwd: folder, encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, ''])
  })
})

function bytesIn(path: string): number {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0) : stat.size
}
