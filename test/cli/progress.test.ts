import { describe, expect, test } from 'vitest'
import { configSchema } from '../../shared/settings/config.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import { frame } from '../../main/cli/progress/frame.ts'
import { outputTo } from '../../main/cli/io.ts'
import { watcherFor } from '../../main/cli/progress/watcher.ts'
import { lastRound, plannedTrainings } from '../../shared/settings/plan.ts'
import { tally } from '../../main/cli/progress/plain.ts'
import { ProgressState } from '../../shared/runs/progress.ts'
import { textWidth } from '../../main/cli/table.ts'
import { project, run } from './helpers.ts'

function configWith(more: object) {
  return configSchema.parse({ corpora: { m: { train: 'x' } }, tasks: { pos: { tags: 1 }, ner: { tags: 3 } }, ...more })
}

const plain = { bold: String, dim: String, good: String, warn: String }
const imp = (task: string, round: number): TrainingId => ({ phase: 'imp', task, round })

const unknown = { taskEpoch: new Map(), jointEpoch: null }

describe('plan', () => {
  test('the paper’s settings are one dense round and 20 pruned ones', () => {
    expect(lastRound(configWith({}).imp)).toBe(20)
    expect(plannedTrainings(configWith({}), unknown).filter(({ phase }) => phase === 'imp')).toHaveLength(42)
  })

  test.each([
    [{ minDensity: 1 }, 0],
    [{ maxRounds: 3 }, 3],
    [{ pruningRate: 0.5, minDensity: 0.25 }, 2],
    [{ pruningRate: 0.5, minDensity: 0.2 }, 3],
  ])('%j ends with round %d', (given, round) => {
    expect(lastRound(configWith({ imp: given }).imp)).toBe(round)
  })

  test.each<[string[], string[]]>([
    [['hard'], ['hard']],
    [['single'], ['imp/pos/0', 'imp/ner/0']],
    [
      ['single', 'hard'],
      ['imp/pos/0', 'imp/ner/0', 'hard'],
    ],
    [['subnet'], ['imp/pos/0', 'imp/pos/1', 'imp/ner/0', 'imp/ner/1']],
    [['sparse'], ['warmup', 'imp/pos/0', 'imp/pos/1', 'imp/ner/0', 'imp/ner/1', 'sparse']],
  ])('%j trains %j', (methods, keys) => {
    const config = configWith({ methods, imp: { maxRounds: 1 }, warmup: { steps: methods.includes('sparse') ? 5 : 0 } })
    expect(plannedTrainings(config, unknown).map(({ key }) => key)).toEqual(keys)
  })
})

/**
 * A run of two tasks, one round of 10 epochs each and 10 joint epochs of 100 steps, with a clock that the test sets.
 */
function driven(more: object = {}) {
  let clock = 0
  const config = configWith({ imp: { epochs: 10, minDensity: 1, ...more }, joint: { epochs: 10 } })
  const state = new ProgressState(config, [], () => clock)
  const steps = (id: TrainingId, from: number, count: number): RunEvent => ({
    type: 'steps',
    id,
    steps: Array.from({ length: count }, (_, i) => ({
      step: from + i,
      epoch: Math.floor((from + i) / 100),
      task: id.task!,
      loss: 0.5,
      tokens: 200,
    })),
  })
  for (const task of ['pos', 'ner']) {
    state.take({
      type: 'trainingStart',
      id: imp(task, 0),
      density: { [task]: 1 },
      totalSteps: 1000,
      resumedAtStep: 0,
      totalEpochs: 10,
    })
  }
  return {
    state,
    steps,
    tick: (seconds: number) => {
      clock += 1000 * seconds
    },
    now: () => clock,
  }
}

describe('time left', () => {
  test('is the planned work divided by the measured rate', () => {
    const { state, steps, tick } = driven()
    expect(state.timeLeft()).toBeNull()
    for (let second = 0; second < 10; second++) {
      tick(1)
      for (const task of ['pos', 'ner']) state.take(steps(imp(task, 0), 10 * second, 10))
    }
    // 200 of 1000 + 1000 + 10 * 200 steps, at 20 a second.
    expect(state.timeLeft()).toEqual({ seconds: 3800 / 20, atMost: false })
    expect(tally(state)).toBe('0 of 3 trainings done, about 3 min 10 s left')
  })

  test('is an upper bound if a training may stop early', () => {
    const { state, steps, tick } = driven({ patience: 2 })
    tick(5)
    state.take(steps(imp('pos', 0), 0, 100))
    expect(state.timeLeft()?.atMost).toBe(true)
    expect(tally(state)).toContain('at most')
  })

  test('excludes work done before a resume', () => {
    let clock = 0
    const config = configWith({ imp: { epochs: 10, minDensity: 1 }, methods: ['single'] })
    const state = new ProgressState(config, [{ id: imp('pos', 0), state: 'finished', totalSteps: 1000 }], () => clock)
    state.take({
      type: 'trainingStart',
      id: imp('ner', 0),
      density: { ner: 1 },
      totalSteps: 1000,
      resumedAtStep: 900,
      totalEpochs: 10,
    })
    clock = 5000
    state.take({
      type: 'steps',
      id: imp('ner', 0),
      steps: Array.from({ length: 50 }, (_, i) => ({ step: 900 + i, epoch: 9, task: 'ner', loss: 1, tokens: 1 })),
    })
    expect(state.count()).toEqual({ done: 1, planned: 2 })
    expect(state.timeLeft()?.seconds).toBe(5)
  })
})

describe('the plan', () => {
  test('of a task ends with its chosen subnet', () => {
    const state = new ProgressState(configWith({ imp: { maxRounds: 9 } }), [], () => 0)
    expect(state.count()).toEqual({ done: 0, planned: 21 })
    state.take({ type: 'ticketChosen', task: 'ner', round: 0, density: 1, dev: 90 })
    expect(state.count()).toEqual({ done: 0, planned: 11 })
  })

  test('is known in steps after a resume, from earlier trainings', () => {
    let clock = 0
    const earlier = ['pos', 'ner'].map((task) => ({ id: imp(task, 0), state: 'finished' as const, totalSteps: 1000 }))
    const state = new ProgressState(
      configWith({ imp: { epochs: 10, minDensity: 1 }, joint: { epochs: 10 }, methods: ['hard', 'sparse'] }),
      earlier,
      () => clock,
    )
    const hard: TrainingId = { phase: 'hard', task: null, round: null }
    state.take({
      type: 'trainingStart',
      id: hard,
      density: { pos: 1, ner: 1 },
      totalSteps: 2000,
      resumedAtStep: 0,
      totalEpochs: 10,
    })
    clock = 5000
    state.take({
      type: 'steps',
      id: hard,
      steps: Array.from({ length: 500 }, (_, step) => ({ step, epoch: 0, task: 'pos', loss: 1, tokens: 1 })),
    })
    expect(state.timeLeft()?.seconds).toBe((1500 + 2000) / 100)
  })
})

/** What a terminal shows after these sequences: only those that log-update uses. */
function screenOf(text: string, columns: number): string[] {
  const lines = ['']
  let [row, column] = [0, 0]
  for (const [, csi, command, character] of text.matchAll(/\x1b\[([?\d]*)([A-Za-z])|([^])/g)) {
    const count = Number(csi || 1)
    if (command === 'A') row = Math.max(0, row - count)
    else if (command === 'B') row += count
    else if (command === 'G') column = count - 1
    else if (command === 'K' && csi === '2') lines[row] = ''
    else if (command === 'K') lines[row] = (lines[row] ?? '').slice(0, column)
    else if (command === 'm' || command === 'h' || command === 'l') continue
    else if (command !== undefined) throw new Error(`unknown sequence ${JSON.stringify(csi + command)}`)
    else if (character === '\n') [row, column] = [row + 1, 0]
    else {
      lines[row] = (lines[row] ?? '').padEnd(column).slice(0, column) + character + (lines[row] ?? '').slice(column + 1)
      column++
      if (column > columns) throw new Error('a line is wider than the terminal')
    }
    while (lines.length <= row) lines.push('')
  }
  return lines.filter((line) => line.trim() !== '')
}

describe('the live lines', () => {
  test.each([100, 80, 60, 40])('fit %d columns, one line per training', (columns) => {
    const { state, steps, tick, now } = driven()
    tick(10)
    state.take(steps(imp('pos', 0), 0, 250))
    state.take({
      type: 'epoch',
      id: imp('pos', 0),
      metric: {
        epoch: 1,
        step: 200,
        loss: { pos: 0.5 },
        dev: { pos: { name: 'accuracy', value: 91.239 } },
        trainSeconds: 1,
        evalSeconds: 1,
        best: true,
      },
    })
    const lines = frame(state, columns, now(), plain, '')
    expect(lines).toHaveLength(3)
    expect(lines.filter((line) => textWidth(line) > columns)).toEqual([])
    expect(lines[0]).toMatch(/^pos round 0 {2}epoch {2}3\/10/)
    expect(lines[0]).toContain('dev 91.24')
    expect(lines[2]).toContain('0 of 3 trainings done')
  })

  test('count the trainings beyond the eighth', () => {
    const tasks = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`t${i}`, { tags: i }]))
    const state = new ProgressState(configSchema.parse({ corpora: { m: { train: 'x' } }, tasks }), [], () => 0)
    for (const task of Object.keys(tasks))
      state.take({
        type: 'trainingStart',
        id: imp(task, 0),
        density: { [task]: 1 },
        totalSteps: 10,
        resumedAtStep: 0,
        totalEpochs: 1,
      })
    expect(frame(state, 80, 0, plain, '')).toContain('… and 4 more')
  })

  test('are redrawn in place; permanent lines stay, with control characters escaped', async () => {
    let text = ''
    const stdout = outputTo((more) => void (text += more), { isTTY: true, columns: 80, rows: 24 })
    const { state } = driven()
    const watcher = await watcherFor({ stdout, env: { NO_COLOR: '1' } } as never, state, null)
    watcher.note('first')
    watcher.onEvent({ type: 'warning', message: 'a \x1b[2J name' })
    watcher.note('second')
    watcher.close()
    const screen = screenOf(text, 80)
    expect(screen).toEqual(['warning: a \\u001b[2J name'])
    expect(text).toContain('first')
    expect(text).toContain('second')
  })

  test('appear on a terminal, not on a dumb one; NO_COLOR only removes colours', async () => {
    const cwd = project()
    const live = await run(['train', 'a.yaml'], { cwd, tty: true, stepMs: 30 })
    expect(live.out).toMatch(/\x1b\[\d*A/)
    expect(live.out).toMatch(/\x1b\[32m█/)
    expect((await run(['train', 'a.yaml'], { cwd, tty: true, env: { TERM: 'dumb' } })).out).not.toContain('\x1b')
    const bare = await run(['train', 'a.yaml'], { cwd, tty: true, env: { NO_COLOR: '1' }, stepMs: 30 })
    expect(bare.out).not.toMatch(/\x1b\[\d+m/)
    expect(bare.out).toMatch(/\x1b\[\d*A/)
  })
})
