/** electron-builder accepts the configuration and starts to package; the packaged files, and Electron's fuses. */
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { folderOf } from '../support/corpus.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')) as Record<string, any>
const builder = join(dirname(createRequire(import.meta.url).resolve('electron-builder/package.json')), 'cli.js')

/** electron-builder logs nothing if it detects a test environment. */
const UNTESTED = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(NODE_ENV|TEST|CI)$|^VITEST/.test(name)),
)

/** Its output until it packages or exits. Packaging itself needs Electron's binary. */
function said(words: string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [builder, ...words, `--config.directories.output=${folderOf({})}`], {
      cwd: root,
      env: UNTESTED,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (more: Buffer) => {
        text += String(more)
        if (/packaging\s+platform/.test(text)) resolve(text)
      })
    child.on('exit', () => resolve(text))
  })
}

describe('packaging', () => {
  test.each([
    ['linux', '--linux'],
    ['win32', '--win'],
    ['darwin', '--mac'],
  ])('starts for %s: the configuration is valid', async (platform, flag) => {
    expect(await said([flag, '--dir'])).toMatch(new RegExp(`packaging\\s+platform=${platform}`))
  })

  test('rejects an unknown setting', async () => {
    expect(await said(['--linux', '--dir', '--config.noSuchSetting=1'])).toMatch(/noSuchSetting/)
  })

  test('includes the files that the program loads by path', () => {
    for (const part of ['dist/**', 'LICENSE']) expect(config.files).toContain(part)
    expect(config.asarUnpack).toContain('**/*.node')
    for (const target of ['linux', 'mac', 'win']) expect(config[target].target.length).toBeGreaterThan(0)
  })

  test('sets the fuses', () => {
    expect(config.electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    })
  })
})
