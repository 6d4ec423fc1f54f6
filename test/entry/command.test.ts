/** What the desktop program does for its arguments, and how it opens an archived run. Electron is mocked. */
import { join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'

const shown = vi.hoisted(() => [] as string[])
vi.mock('electron', () => ({
  dialog: { showMessageBox: async (_: unknown, { detail }: { detail: string }) => void shown.push(detail) },
}))
const { desktopCommand } = await import('../../main/entry/electron-command.ts')
const { openArchive } = await import('../../main/entry/electron-archive.ts')

test.each([
  [[], { kind: 'window', archive: null }],
  [['--no-sandbox', 'a/b.sparserun'], { kind: 'window', archive: resolve('/home', 'a/b.sparserun') }],
  [['notes.txt'], { kind: 'window', archive: null }],
  [['--version'], { kind: 'version' }],
  [['--no-sandbox', '--check'], { kind: 'check' }],
  [['--cli', 'show', 'last', '--version'], { kind: 'cli', argv: ['show', 'last', '--version'] }],
])('%j', (words, command) => {
  expect(desktopCommand(words, '/home')).toEqual(command)
})

function studio(replies: Record<string, object>) {
  const loadURL = vi.fn(async (_: string) => {})
  const call = vi.fn(async (name: string, _: unknown) => replies[name])
  const api = { call } as never as Parameters<typeof openArchive>[0]
  return { loadURL, call, open: (path: string) => openArchive(api, path, { loadURL } as never) }
}

test('an archived run is imported and shown', async () => {
  const { loadURL, call, open } = studio({
    'files.open': { ok: true, value: { file: 'f1', name: 'a.sparserun', bytes: 1 } },
    'runs.unarchive': { ok: true, value: { run: '2026-ab' } },
  })
  await open(join('x', 'a.sparserun'))
  expect(call.mock.calls).toEqual([
    ['files.open', { path: join('x', 'a.sparserun') }],
    ['runs.unarchive', { file: 'f1' }],
  ])
  expect(loadURL.mock.calls).toEqual([['studio://app/index.html#/runs/2026-ab']])
})

test('a damaged one is reported, and the window stays as it is', async () => {
  const { loadURL, open } = studio({
    'files.open': { ok: true, value: { file: 'f1', name: 'a.sparserun', bytes: 1 } },
    'runs.unarchive': { ok: false, error: { code: 'notAnArchive', message: 'a.sparserun is damaged' } },
  })
  await open('a.sparserun')
  expect(shown).toEqual(['a.sparserun is damaged'])
  expect(loadURL).not.toHaveBeenCalled()
})
