/** Builds the desktop program to out/: the main process, the preload script of its window, and the window's page. */
import { dirname, relative, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

/** Entry points by output name: the program, the training process, and the training, tagging and probing threads. */
const MAIN_ENTRIES = {
  electron: 'main/entry/electron.ts',
  trainer: 'main/entry/trainer.ts',
  trainingThread: 'main/experiment/worker.ts',
  taggingThread: 'main/tagger/worker.ts',
  probeThread: 'main/backend/probeThread.ts',
  storeThread: 'main/api/storeThread.ts',
}

/**
 * Bundling moves modules, which would break `new URL('./worker.ts', import.meta.url)`. This plugin rewrites such
 * URLs: an entry is in the output folder, any other file (the addon, package.json) stays where it is.
 */
function keepUrls(): Plugin {
  let [root, out] = ['', '']
  return {
    name: 'keep-urls',
    enforce: 'pre',
    configResolved(config) {
      root = config.root
      out = resolve(root, config.build.outDir)
    },
    transform: {
      filter: { code: 'import.meta.url' },
      handler: (code, id) =>
        code.replaceAll(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (_, path: string) => {
          const file = resolve(dirname(id), path)
          const entry = Object.entries(MAIN_ENTRIES).find(([, source]) => resolve(root, source) === file)
          const target = entry === undefined ? relative(out, file).replaceAll('\\', '/') : `./${entry[0]}.js`
          return `new URL('${target}', import.meta.url)`
        }),
    },
  }
}

export default defineConfig({
  main: {
    plugins: [keepUrls()],
    // Packages are not bundled: some contain binaries. All output goes to one folder, as keepUrls expects.
    build: {
      externalizeDeps: true,
      rolldownOptions: { input: MAIN_ENTRIES, output: { chunkFileNames: '[name]-[hash].js' } },
    },
  },
  preload: {
    // A sandboxed preload script is one CommonJS file without packages.
    build: {
      externalizeDeps: false,
      rolldownOptions: { input: 'main/entry/preload.ts', output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [vue()],
    build: {
      // Relative to this file, not to renderer/.
      outDir: 'out/renderer',
      // Small assets are not inlined: the content security policy forbids it.
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // Loaded from disk, one file is no slower than many.
      chunkSizeWarningLimit: 1000,
      rolldownOptions: { input: 'renderer/index.html' },
    },
  },
})
