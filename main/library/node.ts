/** Refuses an older Node when the package is imported: better-sqlite3 would end its process without a word. */
import { readFileSync } from 'node:fs'

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
const { engines } = JSON.parse(manifest) as { engines: { node: string } }
const [oldest] = /\d+/.exec(engines.node)!

if (Number(process.versions.node.split('.')[0]) < Number(oldest))
  throw new Error(`sparse-sharing-studio needs Node ${oldest} or newer, and this is ${process.version}`)
