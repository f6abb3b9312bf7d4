import { expect, test } from 'vitest'

import { stepEnds } from './step-ends.ts'
import type { Event } from '../event.ts'
import type { Instant } from '../time.ts'

function events(...written: readonly (readonly [at: number, cause: number])[]): readonly Event[] {
  return written.map(([at, cause], place) => ({
    seq: place + 1,
    at: at as Instant,
    node: 'a',
    kind: 'pause',
    cause,
  }))
}

test('a step is an input with all that it led to at once', () => {
  // 1 leads to 2; 3 is led to by 1 as well, later, and leads to 4; 5 happens at the same instant, of what was before.
  expect(stepEnds(events([0, 0], [0, 1], [7, 1], [7, 3], [7, 2]))).toEqual([2, 4, 5])
})

test('a run without events has no steps', () => {
  expect(stepEnds([])).toEqual([])
})
