/** Builds only the window's page, as in the desktop program, for `sparse-sharing serve`. */
import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'
import electron from './electron.vite.config.ts'

const { renderer } = electron as { renderer: UserConfig }
const root = fileURLToPath(new URL('renderer/', import.meta.url))

export default {
  ...renderer,
  root,
  build: {
    ...renderer.build,
    outDir: fileURLToPath(new URL('out/renderer/', import.meta.url)),
    emptyOutDir: true,
    rolldownOptions: { input: `${root}index.html` },
  },
} satisfies UserConfig
