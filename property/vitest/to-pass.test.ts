import { expect as plainExpect, test } from 'vitest'

import { expect } from './index.ts'
import { seedList } from './seed-list.ts'
import { toPass } from './to-pass.ts'
import { run } from '../../sim/index.ts'
import twoCrashes from '../../sim/explore/testing/two-crashes.ts'

test('toPass holds for a run that passed', async () => {
  const result = await run(twoCrashes, { seed: 3, set: new Map([['isSafe', true]]) })
  expect(result).toPass()
  expect(() => expect(result).not.toPass()).toThrow(
    'expected seed 3 of "notes that are acknowledged are kept" not to pass',
  )
})

test('toPass says what went wrong, when, and under which faults', async () => {
  const result = await run(twoCrashes, { seed: 3 })
  expect(result).not.toPass()
  const { message } = toPass(result)
  plainExpect(message()).toMatch(
    /never lost: a note of client-\d was lost[\s\S]*\nat \d+\.\d+s, event #\d+\nparameters: isSafe false\nplan:\n +#0 /,
  )
})

test('toPass takes nothing but a run', () => {
  expect(() => expect('a run').toPass()).toThrow('expected what `run` resolves to, got string')
})

test('seeds are a count, a text or a range, after those of regressions', () => {
  expect(seedList(3)).toEqual([1, 2, 3])
  expect(seedList('5..7', [9, 6])).toEqual([9, 6, 5, 7])
  expect(seedList({ first: 2, last: 2 })).toEqual([2])
  for (const wrong of [0, -1, 1.5, '', '7..3', 'all'])
    expect(() => seedList(wrong)).toThrow('wanted how many')
})
