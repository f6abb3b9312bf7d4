import { expect, test } from 'vitest'

import { faultEffects, pointsReached } from './campaign-tallies.ts'
import { countText } from './count-text.ts'
import type { CampaignSweep } from './document.ts'

const sweep = (parts: Partial<CampaignSweep>): CampaignSweep => ({
  begin: '2026-01-01T00:00:00.000Z',
  wallMs: 1000,
  seeds: '1..10',
  passed: 8,
  failed: 1,
  undecided: 1,
  events: 100,
  warnings: [],
  points: [],
  faults: [],
  progress: [],
  ...parts,
})

test('points add up over the sweeps that looked for them, those that none reached come first', () => {
  const points = pointsReached([
    sweep({ points: [['two leaders', 3]] }),
    sweep({
      points: [
        ['two leaders', 1],
        ['a full disk', 0],
      ],
    }),
  ])
  expect(points).toEqual([
    { point: 'a full disk', reached: 0, of: 10 },
    { point: 'two leaders', reached: 4, of: 20 },
  ])
})

test('effects of faults add up, those that never had any come first', () => {
  const effects = faultEffects([
    sweep({
      faults: [
        ['pause', 4, 0],
        ['loss', 2, 1],
      ],
    }),
    sweep({
      faults: [
        ['crash', 5, 5],
        ['loss', 2, 2],
      ],
    }),
  ])
  expect(effects).toEqual([
    { kind: 'pause', planned: 4, had: 0 },
    { kind: 'crash', planned: 5, had: 5 },
    { kind: 'loss', planned: 4, had: 3 },
  ])
})

test('counts agree with their nouns', () => {
  expect([0, 1, 1200].map((count) => countText(count, 'seed'))).toEqual(['0 seeds', '1 seed', '1,200 seeds'])
  expect(countText(2, 'entry', 'entries')).toBe('2 entries')
})
