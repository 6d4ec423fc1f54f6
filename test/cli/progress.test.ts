import { describe, expect, test } from 'vitest'
import { configSchema } from '../../shared/settings/config.ts'
import type { RunEvent } from '../../shared/protocol/events.ts'
import type { TrainingId } from '../../shared/runs/training.ts'
import { frame } from '../../main/cli/progress/frame.ts'
import { LiveRegion } from '../../main/cli/progress/liveRegion.ts'
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
  test('the paper’s settings are 20 pruned rounds and the dense one', () => {
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

/** A run of two tasks, one round of 10 epochs each and 10 joint epochs, 100 steps an epoch, driven by a clock of ours. */
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
  test('is the rate measured over what is planned', () => {
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

  test('is an upper bound where a training may stop early', () => {
    const { state, steps, tick } = driven({ patience: 2 })
    tick(5)
    state.take(steps(imp('pos', 0), 0, 100))
    expect(state.timeLeft()?.atMost).toBe(true)
    expect(tally(state)).toContain('at most')
  })

  test('does not count what was done before a resume', () => {
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

describe('what is planned', () => {
  test('ends for a task with its choice', () => {
    const state = new ProgressState(configWith({ imp: { maxRounds: 9 } }), [], () => 0)
    expect(state.count()).toEqual({ done: 0, planned: 21 })
    state.take({ type: 'ticketChosen', task: 'ner', round: 0, density: 1, dev: 90 })
    expect(state.count()).toEqual({ done: 0, planned: 11 })
  })

  test('is known in steps after a resume, from the trainings before', () => {
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

describe('the live picture', () => {
  test.each([100, 80, 60, 40])('fits %d columns, a line for each training', (columns) => {
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

  test('many trainings are counted, not drawn', () => {
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

  test('is redrawn in place, gives the cursor back and leaves no line behind', () => {
    let text = ''
    const region = new LiveRegion({
      isTTY: true,
      columns: 80,
      write: (more) => {
        text += more
      },
      drained: async () => {},
    })
    region.draw(['a', 'b'])
    expect(text).toMatch(/^\x1b\[\?25la\x1b\[K\nb\x1b\[K\n/)
    text = ''
    region.draw(['c'], ['stays'])
    expect(text).toBe('\x1b[2A\rstays\x1b[K\nc\x1b[K\n\x1b[J')
    text = ''
    region.close()
    expect(text).toBe('\x1b[1A\r\x1b[J\x1b[?25h')
    region.close()
    expect(text).toBe('\x1b[1A\r\x1b[J\x1b[?25h')
  })

  test('shows on a terminal, not on a dumb one; NO_COLOR takes the colours only', async () => {
    const cwd = project()
    const live = await run(['train', 'a.yaml'], { cwd, tty: true })
    expect(live.out).toContain('\x1b[?25l')
    expect(live.out.lastIndexOf('\x1b[?25h')).toBeGreaterThan(live.out.lastIndexOf('\x1b[?25l'))
    expect((await run(['train', 'a.yaml'], { cwd, tty: true, env: { TERM: 'dumb' } })).out).not.toContain('\x1b')
    const bare = await run(['train', 'a.yaml'], { cwd, tty: true, env: { NO_COLOR: '1' } })
    expect(bare.out).not.toMatch(/\x1b\[\d+m/)
    expect(bare.out).toContain('\x1b[?25h')
  })
})
