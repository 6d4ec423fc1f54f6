/** The log beside the database: levels, stacks, and no text of a corpus. */
import { existsSync, readFileSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import { logPath, openLog } from '../../main/log/index.ts'
import { openTestApi } from '../support/api.ts'
import { open, temporaryPath } from '../store/fixtures.ts'

it('has messages from its level on, and errors with their stacks', async () => {
  const database = temporaryPath()
  const log = openLog(database, 'warn')
  log.info('not written')
  log.warn('a warning')
  log.error('a failure', new TypeError('the cause'))
  await log.dispose()
  const lines = readFileSync(logPath(database), 'utf8').trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['a warning', 'a failure'])
  expect(lines[1]).toContain('TypeError: the cause\\n    at ')
  expect(log.tail()).toBe(lines.join('\n'))
})

it('does not have the messages of the data’s checks, which quote a corpus', async () => {
  const database = temporaryPath()
  const log = openLog(database)
  for (const code of ['badData', 'notACorpus', 'notAnnotated', 'problems'])
    log.error('a request failed', Object.assign(new Error('train.txt:3: found "a private word"'), { code }))
  await log.dispose()
  expect(log.tail()).not.toContain('private')
  expect(log.tail().split('\n')).toHaveLength(4)
})

it('is silent where it is off, in memory, or where its folder cannot be written to', async () => {
  const database = temporaryPath()
  const silent = openLog(database, 'silent')
  silent.error('nothing')
  expect(existsSync(logPath(database))).toBe(false)
  expect(openLog(':memory:').path).toBeNull()
  const nowhere = openLog('/dev/null/runs.db')
  nowhere.error('nothing')
  await nowhere.dispose()
  expect(nowhere.tail()).toBe('')
})

it('ends in the diagnostics, and has unexpected errors of requests', async () => {
  const database = temporaryPath()
  const store = open(database)
  const log = openLog(database)
  const broken = { ...store, listCorpora: () => (undefined as never as { x: never }).x }
  const api = openTestApi(broken, { log, logTail: () => log.tail() })
  onTestFinished(() => api.close())
  expect(await api.call('datasets.list', {})).toMatchObject({ ok: false, error: { code: 'internal' } })
  await expect
    .poll(async () => JSON.stringify(await api.call('devices.diagnostics', {})))
    .toMatch(/End of the log:.*request datasets\.list failed/)
  await log.dispose()
})
