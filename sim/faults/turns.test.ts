import { expect, test } from 'vitest'

import type { WrittenFault } from './written-fault.ts'
import { node, scenario } from '../scenario.ts'
import { tell, type Told } from '../testing/story.ts'
import { ms, seconds } from '../time.ts'

const at = ms(100)

/** A node that lives through some faults. */
function live(faults: readonly WrittenFault[], kinds: readonly string[], isBounded = true): Promise<Told> {
  const program = scenario({
    title: 'faults trigger faults',
    nodes: () => [node('a', () => undefined)],
    faults,
    duration: seconds(1),
  })
  return tell(program, kinds, isBounded ? { instantStepsMax: 1_000 } : {})
}

test('a fault that every begin of a fault triggers is a livelock, and no overflow of the stack', async () => {
  const again = { kind: 'fault-begin', timesMax: 1_000_000 } as const
  const { result } = await live(
    [
      { kind: 'clock-step', node: 'a', by: ms(1), when: again },
      { kind: 'clock-step', node: 'a', by: ms(1), at },
    ],
    ['phase'],
    false,
  )
  expect(result.outcome).toEqual({ kind: 'livelock', at: ms(100), stepsMax: 100_000 })
})

test('a crash that a crash triggers finds the node down: one crash is logged, and it starts again once', async () => {
  const { story, result } = await live(
    [
      { kind: 'crash', node: '$node', for: ms(10), when: { kind: 'crash', timesMax: 100 } },
      { kind: 'crash', node: 'a', at, for: ms(50) },
    ],
    ['crash', 'start'],
  )
  expect(story).toEqual([
    '0.000ms a start incarnation=1 version=1',
    '100.000ms a crash connections=reset',
    '150.000ms a start incarnation=2 version=1',
  ])
  expect(result.faults.map(({ begun, effects }) => [begun, effects])).toEqual([
    [1, 1],
    [1, 0],
  ])
})

test('what a begin triggers comes in the same step, once that fault has begun', async () => {
  const { story } = await live(
    [
      { kind: 'pause', node: 'a', at, for: ms(10) },
      { kind: 'crash', node: 'a', for: ms(10), when: { kind: 'fault-begin' } },
    ],
    ['fault-begin', 'pause', 'crash'],
  )
  expect(story.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    '100.000ms world fault-begin',
    '100.000ms a pause',
    '100.000ms world fault-begin',
    '100.000ms a crash',
  ])
})

test('the end of a fault that triggers the next one, which ends in a moment, is a livelock as well', async () => {
  const { result } = await live(
    [
      { kind: 'clock-step', node: 'a', by: ms(1), when: { kind: 'fault-end', timesMax: 1_000_000 } },
      { kind: 'pause', node: 'a', at, for: ms(10) },
    ],
    ['phase'],
  )
  expect(result.outcome).toMatchObject({ kind: 'livelock', at: ms(110) })
})
