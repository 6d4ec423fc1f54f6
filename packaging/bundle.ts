/** Vite configurations of everything in dist/: the program, the preload script of the desktop window, and the page. */
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import type { InlineConfig, Plugin } from 'vite'
import { ROOT } from './paths.ts'

/** What is started or imported by path, by the name of its file in dist/: processes, threads and the library. */
export const ENTRIES = {
  cli: 'main/entry/cli.ts',
  library: 'main/library/index.ts',
  electron: 'main/entry/electron.ts',
  trainer: 'main/entry/trainer.ts',
  trainingThread: 'main/experiment/worker.ts',
  taggingThread: 'main/tagger/worker.ts',
  probeThread: 'main/backend/probeThread.ts',
  longJobThread: 'main/api/longJobThread.ts',
}

/**
 * Packages that stay packages: they contain binaries, or people add them (the optional backends). Every other package
 * is inside the bundle.
 */
export const EXTERNAL = [
  'better-sqlite3',
  'electron',
  'webgpu',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
]

/** Which plugin takes how long is of no use to whoever builds. */
const QUIET = { pluginTimings: false }

/** Bundled packages whose version the program reports. */
const REPORTED = ['@tensorflow/tfjs-core']

/**
 * Bundling moves modules, which would break `new URL('./worker.ts', import.meta.url)`. This plugin rewrites such URLs:
 * an entry is a file of dist/, resources/ and native/ have copies in it, and anything else (package.json) stays beside
 * it.
 */
function keepUrls(): Plugin {
  return {
    name: 'keep-urls',
    enforce: 'pre',
    transform: {
      filter: { code: 'import.meta.url' },
      handler: (code, id) =>
        code.replaceAll(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (_, path: string) => {
          const file = relative(ROOT, resolve(dirname(id), path)).replaceAll('\\', '/')
          return `new URL('${addressOf(file)}${path.endsWith('/') ? '/' : ''}', import.meta.url)`
        }),
    },
  }
}

/** The address in dist/ of a file or folder of the project. */
function addressOf(path: string): string {
  const entry = Object.entries(ENTRIES).find(([, source]) => source === path)
  if (entry !== undefined) return `./${entry[0]}.js`
  if (path.startsWith('dist/')) return `./${path.slice('dist/'.length)}`
  return /^(resources|native)(\/|$)/.test(path) ? `./${path}` : path === '' ? '..' : `../${path}`
}

const versionOf = (name: string) =>
  (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version

/** The program: one file per entry, what they share in chunks/. */
export function programConfig(outDir: string): InlineConfig {
  return {
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    plugins: [keepUrls()],
    define: { BUNDLED_VERSIONS: JSON.stringify(Object.fromEntries(REPORTED.map((name) => [name, versionOf(name)]))) },
    ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
    build: {
      ssr: true,
      target: 'node24',
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(ROOT, file)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        checks: QUIET,
      },
    },
  }
}

/** The preload script: one CommonJS file without packages, because it runs in a sandbox. */
export function preloadConfig(outDir: string): InlineConfig {
  return {
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      rolldownOptions: {
        input: join(ROOT, 'main/entry/preload.ts'),
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  }
}

/** The page of the studio, the same in the desktop window and in a browser. */
export function pageConfig(outDir: string, root = join(ROOT, 'renderer')): InlineConfig {
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [vue()],
    build: {
      outDir,
      emptyOutDir: true,
      minify: true,
      // Small assets are not inlined: the content security policy forbids it.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Loaded from this machine, one file is no slower than many.
      chunkSizeWarningLimit: 1000,
      rolldownOptions: { input: join(root, 'index.html'), checks: QUIET },
    },
  }
}
