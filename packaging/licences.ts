/** One file with the licences of everything that a package contains: bundled packages, installed ones, corpora. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'
import { ROOT } from './paths.ts'

interface Manifest {
  name: string
  version: string
  license?: string
  author?: string | { name: string }
  dependencies?: Record<string, string>
}

/** Licence files by the names that authors give them. */
const LICENCE = /^(licen[cs]e|copying|notice|third.?party.*)([.-].*)?$/i
const RULE = '-'.repeat(80)

/** A plugin that notes which packages end up in a bundle. */
export function bundledModules(): { plugin: Plugin; names(): string[] } {
  const folders = new Set<string>()
  return {
    plugin: {
      name: 'bundled-modules',
      generateBundle(_, bundle) {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue
          for (const [id, { renderedLength }] of Object.entries(chunk.modules)) {
            const [folder] =
              /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/').replace(/^\0/, '')) ?? []
            if (folder !== undefined && renderedLength > 0) folders.add(folder)
          }
        }
      },
    },
    names: () => [...folders].sort(),
  }
}

/**
 * The text. `bundled` are the folders of the bundled packages; the packages that npm installs beside them are added.
 * Throws an Error for a package without a licence.
 */
export function thirdPartyLicences(bundled: readonly string[]): string {
  const manifests = new Map<string, { manifest: Manifest; folder: string }>()
  const add = (folder: string) => {
    const manifest = manifestOf(folder)
    const key = `${manifest.name} ${manifest.version}`
    if (manifests.has(key)) return
    manifests.set(key, { manifest, folder })
  }
  bundled.forEach(add)
  installed().forEach(add)
  const entries = [...manifests.values()].sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1))
  return [
    'Sparse Sharing Studio is licensed under Apache-2.0 (LICENSE). It contains, or is installed with, the packages',
    'below. The sample corpora have their own licences: dist/resources/sample/README.md. The desktop program also',
    'contains Electron, whose licences are in LICENSE.electron.txt and LICENSES.chromium.html beside its executable.',
    '',
    ...entries.map(({ manifest, folder }) => entry(manifest, folder)),
  ].join('\n')
}

function entry({ name, version, license, author }: Manifest, folder: string): string {
  const texts = readdirSync(folder)
    .filter((file) => LICENCE.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  if (license === undefined && texts.length === 0) throw new Error(`${name} ${version} names no licence`)
  const by = typeof author === 'string' ? author : author?.name
  const text = texts.length > 0 ? texts : [`Licence: ${license}${by === undefined ? '' : `. Copyright ${by}`}`]
  return [RULE, `${name} ${version} (${license ?? 'see below'})`, RULE, '', ...text, ''].join('\n')
}

/** The folders of the packages that npm installs with ours: its dependencies and theirs. */
function installed(): string[] {
  const found = new Set<string>()
  const visit = (from: string, names: string[]) => {
    for (const name of names) {
      const folder = folderOf(name, from)
      if (folder === null || found.has(folder)) continue
      found.add(folder)
      visit(folder, Object.keys(manifestOf(folder).dependencies ?? {}))
    }
  }
  visit(ROOT, Object.keys(manifestOf(ROOT).dependencies ?? {}))
  return [...found]
}

function folderOf(name: string, from: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
    if (folder === dirname(folder)) return null
  }
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
