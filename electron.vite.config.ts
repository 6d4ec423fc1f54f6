/** Builds the desktop program to out/: the main process, the preload script of its window, and the window's page. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

export default defineConfig({
  main: {
    // Packages stay packages: some carry binaries.
    build: { externalizeDeps: true, rolldownOptions: { input: 'main/entry/electron.ts' } },
  },
  preload: {
    // A sandboxed preload script is one CommonJS file without packages.
    build: { externalizeDeps: false, rolldownOptions: { input: 'main/entry/preload.ts', output: { format: 'cjs', entryFileNames: '[name].cjs' } } },
  },
  renderer: {
    root: 'renderer',
    plugins: [vue()],
    build: {
      // From the configuration's folder, not from renderer/.
      outDir: 'out/renderer',
      // Small files too stay files: the content security policy allows no inline code.
      minify: true, assetsInlineLimit: 0, modulePreload: { polyfill: false },
      rolldownOptions: { input: 'renderer/index.html' },
    },
  },
})
