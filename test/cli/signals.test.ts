/** Real processes and real signals. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { project, run, start } from './helpers.ts'

describe.skipIf(process.platform === 'win32')('a running training', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops it at a checkpoint; after resume the result is the same',
    async (signal) => {
      const cwd = project()
      const { child, outcome, until } = start(['train', 'a.yaml'], cwd, 3)
      await until('ner round 1: epoch 1/2')
      child.kill(signal)
      const { code, out } = await outcome
      expect(code).toBe(130)
      expect(out).toContain('stopping at a checkpoint…\n')
      const id = /stopped; to resume: sparse-sharing resume (\S+)\n$/.exec(out)![1]
      const unfinished = await run(['show', 'last'], { cwd })
      expect(unfinished.out).toMatch(/Trainings\n/)
      expect(unfinished.out).toContain(`to resume: sparse-sharing resume ${id}`)
      const resumed = await run(['resume', id], { cwd })
      expect(resumed).toMatchObject({ code: 0, out: expect.stringContaining('7 of 7 trainings done') })
      expect(resumed.out).not.toContain('ner round 0: epoch')
    },
  )

  test('a Ctrl-C received twice counts once; a second one exits at once', async () => {
    // With steps this long, it would need minutes to stop.
    const { child, outcome, until } = start(['train', 'a.yaml'], project(), 2000)
    await until('ner round 0')
    child.kill('SIGINT')
    child.kill('SIGINT')
    await until('stopping at a checkpoint…')
    await sleep(600)
    expect(child.exitCode).toBeNull()
    child.kill('SIGTERM')
    await sleep(100)
    expect(child.exitCode).toBeNull()
    child.kill('SIGINT')
    expect((await outcome).code).toBe(130)
  })

  test('--json keeps stdout to JSON when stopped', async () => {
    const { child, outcome, until } = start(['train', 'a.yaml', '--json'], project(), 3)
    await until('"epoch"')
    child.kill('SIGINT')
    const { code, out, err } = await outcome
    expect(code).toBe(130)
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { type: string })
        .at(-1),
    ).toMatchObject({ type: 'status', status: 'stopped' })
    expect(err).toContain('to resume: sparse-sharing resume')
  })

  test('after kill -9 it is shown as interrupted', async () => {
    const cwd = project()
    const { child, outcome, until } = start(['train', 'a.yaml'], cwd, 3)
    await until('epoch 1/2')
    child.kill('SIGKILL')
    await outcome
    expect((await run(['runs'], { cwd })).out).toContain('interrupted')
    expect(await run(['resume', 'last'], { cwd })).toMatchObject({ code: 0 })
  })
})
