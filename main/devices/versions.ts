/** Versions of the program and of the packages that compute for it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Packages that a backend may compute with; each may be missing. */
const OPTIONAL = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node', 'webgpu']

export const productVersion = (): string => versionOf(new URL('../../package.json', import.meta.url))

/** Versions of packages inside the bundle, which have no folder there; packaging/bundle.ts sets it. */
declare const BUNDLED_VERSIONS: Readonly<Record<string, string>> | undefined
const bundled = typeof BUNDLED_VERSIONS === 'undefined' ? {} : BUNDLED_VERSIONS

/** Version of an installed or bundled package. Throws where it is missing. */
export function packageVersion(name: string): string {
  return bundled[name] ?? versionOf(new URL(`file://${createRequire(import.meta.url).resolve(`${name}/package.json`)}`))
}

/** Versions of the installed packages that compute, by name. */
export function computingPackages(): Record<string, string> {
  const present = ['@tensorflow/tfjs-core', ...OPTIONAL].flatMap((name) => {
    try {
      return [[name, packageVersion(name)] as const]
    } catch {
      return []
    }
  })
  return Object.fromEntries(present)
}

function versionOf(manifest: URL): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
