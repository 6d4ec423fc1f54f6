/** What reaches the terminal, pipes and files: escapes, closed readers, full disks, files left by killed processes. */
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, chmodSync, closeSync, constants, openSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { paintFor } from '../../main/cli/colour.ts'
import { inputOf } from '../../main/cli/input.ts'
import { outputTo } from '../../main/cli/io.ts'
import { openOutput } from '../../main/cli/output.ts'
import { table, textWidth } from '../../main/cli/table.ts'
import { folderWith } from '../config/helpers.ts'
import { project, run, watch } from './helpers.ts'

const FAKE_CLI = fileURLToPath(new URL('fakeCli.ts', import.meta.url))
const HOSTILE = 'a\x1b[2J\x1b]0;title\x07\x9b31m\u202eb'
const ESCAPED = 'a\\u001b[2J\\u001b]0;title\\u0007\\u009b31m\\u202eb'

function captured(isTTY: boolean) {
  const text = { value: '' }
  return { text, output: outputTo((more) => void (text.value += more), { isTTY, columns: 80, rows: 24 }) }
}

describe('control characters', () => {
  test('in text for people are escaped, on a terminal and in a pipe', () => {
    for (const isTTY of [true, false]) {
      const { text, output } = captured(isTTY)
      output.write(`${HOSTILE}\tx\r\n`)
      expect(text.value).toBe(`${ESCAPED}\tx\r\n`)
    }
  })

  test('in data are escaped on a terminal only: a file must have them as they are', () => {
    const [terminal, file] = [captured(true), captured(false)]
    terminal.output.writeData(HOSTILE)
    file.output.writeData(HOSTILE)
    expect([terminal.text.value, file.text.value]).toEqual([ESCAPED, HOSTILE])
  })

  test('escaped JSON is the same JSON', () => {
    const { text, output } = captured(true)
    output.writeData(JSON.stringify({ name: HOSTILE }))
    expect(JSON.parse(text.value)).toEqual({ name: HOSTILE })
  })

  test('do not pass as one of our styles, which do reach a terminal', () => {
    const { text, output } = captured(true)
    output.write(paintFor(output, { env: {} }).bold('\x1b[1mx\x1b[32m'))
    expect(text.value).toBe('\x1b[1m\\u001b[1mx\\u001b[32m\x1b[22m')
  })

  test('in the cells of a table are on one line and counted as escaped', () => {
    const lines = table(
      [{ title: 'n' }, { title: 'm' }],
      [
        ['\x1b[2J', 'x'],
        ['a\nb', 'y'],
      ],
    )
    expect(lines.slice(2)).toEqual(['\\u001b[2J  x', 'a b        y'])
    expect(textWidth(paintFor(captured(true).output, { env: {} }).good('日本'))).toBe(4)
  })

  test('in the name of a run, of a file and of an argument do not reach the terminal', async () => {
    const cwd = project()
    await run(['train', 'a.yaml', '--name', HOSTILE], { cwd })
    for (const argv of [
      ['runs'],
      ['show', 'last'],
      ['config', `${HOSTILE}.yaml`],
      ['runs', `--${HOSTILE}`],
      [HOSTILE],
    ]) {
      const { out, err } = await run(argv, { cwd, tty: true, columns: 200, env: { NO_COLOR: '1' } })
      expect(out + err).toContain('a\\u001b')
      expect(out + err).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/)
    }
  })
})

describe.skipIf(process.platform === 'win32')('standard output', () => {
  test('that cannot be written is an error with the reason', async () => {
    const full = openSync('/dev/full', 'w')
    onTestFinished(() => closeSync(full))
    const child = spawn(process.execPath, [FAKE_CLI, 'config'], { cwd: project(), stdio: ['ignore', full, 'pipe'] })
    expect(await watch(child).outcome).toMatchObject({
      code: 1,
      err: 'error: standard output cannot be written: no space left on the device (ENOSPC)\n',
    })
  })

  test('whose reader has gone ends the command quietly, with the exit code of SIGPIPE', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-o', 'pipefail', '-c', `"$0" "$1" config | true`, process.execPath, FAKE_CLI],
      {
        cwd: project(),
        encoding: 'utf8',
      },
    )
    expect([status, stderr]).toEqual([141, ''])
  })
})

describe('--out', () => {
  const { output } = captured(false)
  const io = { stdout: output, onSignal: () => () => {} } as never

  test('removes the partial files of killed processes, and only these', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const cwd = folderWith({
      [`out.txt.${dead}.part`]: 'half',
      [`out.txt.${process.ppid}.part`]: 'half',
      [`other.txt.${dead}.part`]: 'half',
      'out.txt.part': 'mine',
    })
    const file = await openOutput(io, join(cwd, 'out.txt'))
    await file.write('whole')
    await file.finish()
    expect(readdirSync(cwd).sort()).toEqual(
      [`other.txt.${dead}.part`, 'out.txt', `out.txt.${process.ppid}.part`, 'out.txt.part'].sort(),
    )
  })

  test.skipIf(process.platform === 'win32')('writes to a device instead of replacing it', async () => {
    const file = await openOutput(io, '/dev/null')
    await file.write('x')
    await file.finish()
    expect(() => writeFileSync('/dev/null', 'x', { flag: 'r+' })).not.toThrow()
    const full = await openOutput(io, '/dev/full')
    await expect(full.write('x')).rejects.toThrow('--out: /dev/full cannot be written: no space left (ENOSPC)')
    await expect(openOutput(io, folderWith({}))).rejects.toThrow('is a folder, expected a file')
  })
})

test.skipIf(process.platform === 'win32')('input from a pipe is read once, a device is refused', async () => {
  const cwd = folderWith({})
  spawnSync('mkfifo', [join(cwd, 'pipe')])
  const io = { cwd, stdin: { isTTY: false, bytes: () => [] as never } }
  const input = inputOf('pipe', io)
  expect(input.path).toBeNull()
  spawn('sh', ['-c', 'echo hello > pipe'], { cwd, stdio: 'ignore' })
  let text = ''
  for await (const bytes of input.bytes()) text += Buffer.from(bytes).toString()
  expect(text).toBe('hello\n')
  expect(() => inputOf('/dev/zero', io)).toThrow('/dev/zero is a device or a socket, expected a file')
})

test.skipIf(process.platform === 'win32')('runs and show read a database in a read-only folder', async ({ skip }) => {
  const cwd = project()
  await run(['train', 'a.yaml'], { cwd })
  chmodSync(cwd, 0o555)
  onTestFinished(() => chmodSync(cwd, 0o755))
  // Root may write everywhere.
  if (canWrite(cwd)) skip()
  expect(await run(['runs'], { cwd })).toMatchObject({ code: 0, out: expect.stringContaining('little'), err: '' })
  expect(await run(['show', 'last'], { cwd })).toMatchObject({ code: 0, out: expect.stringContaining('Results') })
})

function canWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
