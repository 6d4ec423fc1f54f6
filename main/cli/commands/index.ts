/**
 * Every command, in the order of the help. Each is loaded when it is run: what one needs, such as the schema of settings,
 * costs the others nothing.
 */
import type { Command } from '../command.ts'

export interface CommandEntry {
  name: string
  /** Earlier names, which still work. */
  aliases?: readonly string[]
  load(): Promise<Command>
}

export const commands: readonly CommandEntry[] = [
  { name: 'train', load: async () => (await import('./train.ts')).train },
  { name: 'sample', load: async () => (await import('./sample.ts')).sample },
  { name: 'resume', load: async () => (await import('./resume.ts')).resume },
  { name: 'extend', load: async () => (await import('./extend.ts')).extend },
  { name: 'runs', load: async () => (await import('./runs.ts')).runs },
  { name: 'show', load: async () => (await import('./show.ts')).show },
  { name: 'tag', load: async () => (await import('./tag.ts')).tag },
  { name: 'annotate', aliases: ['corrections'], load: async () => (await import('./annotate.ts')).annotate },
  { name: 'convert', load: async () => (await import('./convert.ts')).convert },
  { name: 'export', load: async () => (await import('./export.ts')).exportCommand },
  { name: 'archive', load: async () => (await import('./archive.ts')).archive },
  { name: 'unarchive', load: async () => (await import('./archive.ts')).unarchive },
  { name: 'delete', load: async () => (await import('./delete.ts')).deleteCommand },
  { name: 'config', load: async () => (await import('./config.ts')).config },
  { name: 'vectors', load: async () => (await import('./vectors.ts')).vectors },
  { name: 'devices', load: async () => (await import('./devices.ts')).devices },
  { name: 'experiment', load: async () => (await import('./experiment.ts')).experiment },
  { name: 'serve', load: async () => (await import('./serve.ts')).serve },
]

/** For the help. */
export const allCommands = (): Promise<Command[]> => Promise.all(commands.map(({ load }) => load()))
