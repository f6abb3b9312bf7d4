import { expect, test } from 'vitest'

import { causeTable } from './cause-table.ts'
import type { CampaignFailure, CampaignSweep } from './document.ts'

const sweep = (causes?: CampaignSweep['causes']): CampaignSweep => ({
  begin: '2000-01-01T00:00:00.000Z',
  wallMs: 1,
  seeds: '1..10',
  passed: 0,
  failed: 0,
  undecided: 0,
  events: 0,
  warnings: [],
  points: [],
  faults: [],
  progress: [],
  ...(causes === undefined ? {} : { causes }),
})

const kept = (name: string, seed: number): CampaignFailure => ({
  folder: `.faultline/x/${name}`,
  name,
  message: 'two leaders',
  seed,
  settings: '',
  faults: '',
  before: '',
  after: '',
  command: '',
  view: '',
})

test('causes are counted over all sweeps, the most frequent first, with their share and where one is kept', () => {
  const sweeps = [
    sweep([['one leader', 'two leaders', 3, 4]]),
    sweep(),
    sweep([
      ['one leader', 'two leaders', 3, 12],
      ['livelock', 'no end', 2, 15],
    ]),
  ]
  expect(causeTable(sweeps, [kept('one leader', 4), kept('lost', 9)])).toEqual([
    {
      name: 'one leader',
      message: 'two leaders',
      seeds: 6,
      first: 4,
      share: 0.75,
      folder: '.faultline/x/one leader',
    },
    { name: 'livelock', message: 'no end', seeds: 2, first: 15, share: 0.25, folder: null },
    { name: 'lost', message: 'two leaders', seeds: 0, first: 9, share: 0, folder: '.faultline/x/lost' },
  ])
  expect(causeTable([], [])).toEqual([])
})
