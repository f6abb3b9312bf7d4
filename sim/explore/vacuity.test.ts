import { describe, expect, test } from 'vitest'

import { seedResult, type SeedResult } from './seed-result.ts'
import { tallyVacuity, vacuityWarnings } from './vacuity.ts'
import { run } from '../run.ts'
import failsSometimes from '../testing/fails-sometimes.ts'

const base = seedResult(await run(failsSometimes, { seed: 2 }))
const seedWith = (own: Partial<SeedResult>): SeedResult => ({
  ...base,
  faults: [],
  looked: [],
  points: [],
  sites: [],
  ...own,
})

const results = [
  seedWith({
    faults: [
      ['crash', { planned: 2, begun: 2, effective: 1 }],
      ['pause', { planned: 1, begun: 1, effective: 0 }],
    ],
    looked: [
      ['agree', 4, 'operations'],
      ['idle', 0, 'operations'],
      ['elected', 1, 'probes raft.role'],
      ['split', 0, 'probes raft.role'],
    ],
    points: ['elected', 'split'],
    sites: [
      { site: 'slow', isOn: true, passes: 9, taken: 2 },
      { site: 'drop', isOn: false, passes: 3, taken: 0 },
    ],
  }),
  seedWith({
    faults: [
      ['crash', { planned: 1, begun: 0, effective: 0 }],
      ['clock-step', { planned: 1, begun: 1, effective: 1 }],
    ],
    looked: [
      ['agree', 0, 'operations'],
      ['idle', 0, 'operations'],
      ['elected', 2, 'probes raft.role'],
      ['split', 0, 'probes raft.role'],
    ],
    points: ['elected', 'split'],
    sites: [{ site: 'slow', isOn: false, passes: 1, taken: 0 }],
  }),
]
const vacuity = tallyVacuity(results, [
  { kind: 'crash', sampled: 1, changed: 1 },
  { kind: 'clock-step', sampled: 1, changed: 0 },
])

describe('what a sweep tested', () => {
  test('is summed up over its seeds', () => {
    expect(vacuity).toEqual({
      faults: [
        { kind: 'crash', planned: 3, fired: 2, effects: 1, sample: { sampled: 1, changed: 1 } },
        { kind: 'pause', planned: 1, fired: 1, effects: 0 },
        { kind: 'clock-step', planned: 1, fired: 1, effects: 1, sample: { sampled: 1, changed: 0 } },
      ],
      invariants: [
        { invariant: 'agree', looked: 4, unit: 'operations', seeds: 1 },
        { invariant: 'idle', looked: 0, unit: 'operations', seeds: 0 },
      ],
      points: [
        { point: 'elected', seeds: 2 },
        { point: 'split', seeds: 0 },
      ],
      sites: [
        { site: 'drop', passed: 1, on: 0, taken: 0 },
        { site: 'slow', passed: 2, on: 1, taken: 1 },
      ],
    })
  })

  test('gives a warning for each thing that did nothing', () => {
    expect(vacuityWarnings(vacuity)).toEqual([
      'faults of kind pause never had an effect',
      'faults of kind clock-step changed nothing that programs were given in the 1 sampled run',
      'invariant "idle" never looked at anything',
      'no seed reached "split"',
      'buggify site "drop" was passed in 1 seed and never taken',
    ])
  })

  test('gives none where there was nothing to do', () => {
    expect(vacuityWarnings(tallyVacuity([]))).toEqual([])
  })
})
