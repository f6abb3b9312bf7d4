import { expect, test } from 'vitest'

import { oneMasterPerEpoch } from './index.ts'
import { verdictOf } from '../testing/judge.ts'
import { type Recording, recording } from '../testing/recording.ts'

const adopted = (run: Recording, node: string, host: string, epoch: number, name = 'main'): Recording =>
  run.probe(node, 'sentinel.master', { name, host, port: 6379, epoch })

test('is what all adopt, some of them later; another may be called otherwise', async () => {
  const run = adopted(adopted(recording(), 'one', 'a', 1), 'one', 'b', 2)
  adopted(adopted(run, 'two', 'b', 2), 'two', 'c', 2, 'other')
  expect(await verdictOf(oneMasterPerEpoch, run)).toBe('holds')
})

test('is broken by two monitors that each made their own', async () => {
  const run = adopted(adopted(recording(), 'one', 'a', 2), 'two', 'b', 2)
  expect(await verdictOf(oneMasterPerEpoch, run)).toContain(
    'two takes b:6379 for the master of epoch 2, and one took a:6379',
  )
})
