/** Versions of the program and of what computes for it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Packages that a backend computes with; each may be absent. */
const OPTIONAL = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node', 'webgpu']

export const productVersion = (): string => versionOf(new URL('../../package.json', import.meta.url))

/** Of a package that is there for certain. */
export function packageVersion(name: string): string {
  return versionOf(new URL(`file://${createRequire(import.meta.url).resolve(`${name}/package.json`)}`))
}

/** Of the packages that are installed, by name. */
export function computingPackages(): Record<string, string> {
  const present = ['@tensorflow/tfjs-core', ...OPTIONAL].flatMap((name) => {
    try {
      return [[name, packageVersion(name)]]
    } catch {
      return []
    }
  })
  return Object.fromEntries(present)
}

function versionOf(manifest: URL): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
