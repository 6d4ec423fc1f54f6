/** The program behind the window, over a folder of made-up corpora with a database, and all events it sends. */
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import type { Api } from '../../main/api/dispatch.ts'
import type { ApiOptions } from '../../main/api/types.ts'
import { withPathsFrom } from '../../main/config/paths.ts'
import { openStore, type Store } from '../../main/store/index.ts'
import type { EventMessage, RequestName, Requests } from '../../shared/protocol/api.ts'
import type { ExperimentConfig } from '../../shared/settings/config.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import { openTestApi } from './api.ts'
import { corpusFiles, folderOf } from './corpus.ts'

export interface Studio {
  folder: string
  store: Store
  api: Api
  /** All events so far. */
  told: EventMessage[]
  /** The result of a request; fails the test where it is refused. */
  ask<K extends RequestName>(name: K, args: Requests[K]['arguments']): Promise<Requests[K]['result']>
  /** Code and message of a refused request; fails the test where it succeeds. */
  refusal<K extends RequestName>(name: K, args: Requests[K]['arguments']): Promise<{ code: string; message: string }>
  /** A config with absolute paths, as the window has it. */
  placed(config: ExperimentConfig): Record<string, unknown>
  start(config: ExperimentConfig): Promise<{ run: string; warnings: string[] }>
  eventsOf(run: string): RunEvent[]
  /** Waits for an event of a run, from now on or earlier. */
  event(run: string, wanted: (event: RunEvent) => boolean): Promise<void>
  /** Waits until the run is no longer active. */
  over(run: string): Promise<void>
  close(): Promise<void>
}

const PATIENCE = { timeout: 200_000, interval: 5 }

export function openStudio(files = corpusFiles(), options?: Partial<ApiOptions>): Studio {
  const folder = folderOf(files)
  return studioOver(folder, openStore(join(folder, 'runs.db')), options)
}

/** A studio over a store of the test's, which stays the test's to close. */
export function openStudioOn(store: Store): Pick<Studio, 'ask' | 'refusal' | 'api'> {
  return studioOver('', { ...store, close() {} })
}

function studioOver(folder: string, store: Store, options: Partial<ApiOptions> = {}): Studio {
  const api = openTestApi(store, options)
  const told: EventMessage[] = []
  api.listen((message) => void told.push(message))
  let closed = false
  const studio: Studio = {
    folder,
    store,
    api,
    told,
    async ask(name, args) {
      const reply = await api.call(name, args)
      expect(reply, name).toMatchObject({ ok: true })
      return (reply as unknown as { value: never }).value
    },
    async refusal(name, args) {
      const reply = await api.call(name, args)
      expect(reply, name).toMatchObject({ ok: false })
      return (reply as unknown as { error: { code: string; message: string } }).error
    },
    placed: (config) => withPathsFrom(config, folder, ''),
    start: (config) => studio.ask('training.start', { config: studio.placed(config) }),
    eventsOf: (run) =>
      told.flatMap((message) => (message.name === 'run' && message.data.run === run ? [message.data.event] : [])),
    event: (run, wanted) => vi.waitFor(() => expect(studio.eventsOf(run).some(wanted)).toBe(true), PATIENCE),
    over: (run) =>
      vi.waitFor(
        async () => expect((await studio.ask('training.active', {})).map((active) => active.run)).not.toContain(run),
        PATIENCE,
      ),
    async close() {
      if (closed) return
      closed = true
      await api.close()
      store.close()
    },
  }
  onTestFinished(() => studio.close())
  return studio
}
