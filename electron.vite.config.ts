/** Builds the desktop program to out/: the main process, the preload script of its window, and the window's page. */
import { dirname, relative, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

/** What is started by itself, by the name it is built to: the program, the process that trains, a thread that trains, one that tags, one that asks a backend. */
const MAIN_ENTRIES = {
  electron: 'main/entry/electron.ts',
  trainer: 'main/entry/trainer.ts',
  trainingThread: 'main/experiment/worker.ts',
  taggingThread: 'main/tagger/worker.ts',
  probeThread: 'main/backend/probeThread.ts',
}

/**
 * Bundling takes modules from their places, so that `new URL('./worker.ts', import.meta.url)` would lead nowhere. An entry is
 * then beside all that names it; any other file (the addon, package.json) stays where it is.
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
    // Packages stay packages: some carry binaries. All files in one folder, as keepUrls has it.
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
      // From the configuration's folder, not from renderer/.
      outDir: 'out/renderer',
      // Small files too stay files: the content security policy allows no inline code.
      minify: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // It comes from the disk: one file is no slower than many.
      chunkSizeWarningLimit: 1000,
      rolldownOptions: { input: 'renderer/index.html' },
    },
  },
})
